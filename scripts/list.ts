import { Agent, type Fleet, isPipeline, type Pipeline, Tool, Trigger } from '../constructs/index.ts';
import { loadFleets, type SelectionOptions } from './load-fleet.ts';
import { type DataFormat, print, printData, printTable } from './print.ts';

/** Options of `fleetwright list`. */
export interface ListOptions extends SelectionOptions {
  readonly output: DataFormat | 'table';
}

interface Row {
  readonly environment: string;
  readonly org: string;
  readonly kind: 'agent' | 'pipeline' | 'tool' | 'trigger';
  readonly name: string;
  /** How it runs; of a pipeline its steps, of a trigger when it starts what. */
  readonly runs: string;
  /** Names of the models it may use, fallbacks included. */
  readonly models: readonly string[];
  /** Names of the tools it may use. */
  readonly tools: readonly string[];
  /** Hosts outside the cluster. */
  readonly egress: readonly string[];
  readonly source: string | undefined;
}

/** Lists agents, tools, pipelines and triggers. Answers with the exit code. */
export async function list({ output, ...selection }: ListOptions): Promise<number> {
  const rows = (await loadFleets(selection)).flatMap(rowsOf);
  if (output !== 'table') printData(rows, output);
  else if (rows.length === 0) print('No agents, tools, pipelines or triggers.');
  else
    printTable(
      ['ENVIRONMENT', 'ORG', 'KIND', 'NAME', 'RUNS', 'MODELS', 'TOOLS', 'EGRESS', 'SOURCE'],
      rows.map((row) => [
        row.environment,
        row.org,
        row.kind,
        row.name,
        row.runs,
        row.models.join(','),
        row.tools.join(','),
        row.egress.length,
        row.source ?? '',
      ]),
    );
  return 0;
}

function rowsOf(fleet: Fleet): Row[] {
  return fleet.orgs.flatMap((org) =>
    org.node.children.flatMap((part): Row[] => {
      const common = { environment: fleet.environment.name, org: org.name };
      if (part instanceof Agent) return [{ ...common, ...agentRow(part) }];
      if (part instanceof Tool) return [{ ...common, ...toolRow(part) }];
      if (part instanceof Trigger) return [{ ...common, ...workRow(part, 'trigger', `${sayWhen(part)} → ${part.start.name}`) }];
      return isPipeline(part) ? [{ ...common, ...workRow(part, 'pipeline', part.steps.map(({ id }) => id).join(',')) }] : [];
    }),
  );
}

function agentRow(agent: Agent): Omit<Row, 'environment' | 'org'> {
  return {
    kind: 'agent',
    name: agent.name,
    runs: `${agent.run.mode.kind}/${agent.runtime.adapter}/${agent.runtime.isolation}`,
    models: agent.admittedModels().map((model) => model.name),
    tools: agent.tools.map((tool) => tool.name),
    egress: agent.intents().map((intent) => intent.host),
    source: agent.source,
  };
}

function toolRow(tool: Tool): Omit<Row, 'environment' | 'org'> {
  const { origin } = tool.server;
  return {
    kind: 'tool',
    name: tool.name,
    runs: `${origin.kind === 'remote' ? 'remote' : tool.placement.at.kind}/${origin.kind === 'remote' ? origin.host : origin.image}`,
    models: [],
    tools: [],
    egress: tool.intents().map((intent) => intent.host),
    source: tool.source,
  };
}

/** What has neither pods nor models of its own. */
function workRow({ name, source }: Pipeline | Trigger, kind: 'pipeline' | 'trigger', runs: string): Omit<Row, 'environment' | 'org'> {
  return { kind, name, runs, models: [], tools: [], egress: [], source };
}

function sayWhen({ from }: Trigger): string {
  return from.kind === 'cron' ? `cron/${from.cron}` : from.kind;
}
