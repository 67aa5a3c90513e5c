import { CONTRACT_VERSION } from '../controller/contract/index.ts';
// Types alone: the schemas beside them are for those who read the file.
import type { FleetOrg, Fleet as FleetFile } from '../controller/contract/wire/index.ts';
import {
  Agent,
  type AgentModels,
  type Budget,
  type Escalation,
  type Fleet,
  isPipeline,
  type Org,
  type RunMode,
  Trigger,
} from '../constructs/index.ts';
import { localRepository } from './agent/local-contract.ts';
import { budgetOf } from './org/budget.ts';
import { imageOf } from './pod.ts';
import { toPipeline, toTrigger } from './work-json.ts';

type FleetAgent = FleetOrg['agents'][string];
type FleetBudget = NonNullable<FleetOrg['budgets']>[number];

/** The file's name in the folder of its environment. It holds a dot, so that no org's folder has it. */
export const FLEET_FILE = 'fleet.json';

/** Seconds that a budget is counted over, at every moment anew: what `Budget` promises of a day and of a month. */
const WINDOWS = { day: 86_400, month: 30 * 86_400 } as const;

/**
 * Whether a fleet holds all orgs that its environment lists. Who asks for some orgs gets a fleet without the others, and to the
 * dispatcher an org that its file does not name is one that is gone.
 */
export function isWhole({ environment, orgs }: Fleet): boolean {
  const names = new Set(orgs.map(({ name }) => name));
  return Object.keys(environment.orgs).every((name) => names.has(name));
}

/** What the dispatcher is told of a fleet: the text of its `fleet.json`, with all keys in order. */
export function renderFleetJson({ orgs }: Pick<Fleet, 'orgs'>): string {
  return renderFile({ contract: CONTRACT_VERSION, orgs: byName(orgs, (org) => toOrg(org)) });
}

/**
 * The same for a dispatcher that keeps the clock itself, where no CronJob runs agents by it, and whose agents are processes of its machine.
 *
 * @param repositories folder of the repositories that stand for those of Git hosts
 */
export function renderLocalFleetJson({ orgs }: Pick<Fleet, 'orgs'>, repositories: string): string {
  const toLocal = (agent: Agent): FleetAgent => {
    const { image: _, ...rest } = toAgent(agent);
    const repository = localRepository(agent, repositories);
    return { ...rest, local: { ...(repository !== undefined && { repository }) } };
  };
  return renderFile({ contract: CONTRACT_VERSION, orgs: byName(orgs, (org) => ({ ...toOrg(org, toLocal), ...toSchedules(org) })) });
}

function renderFile(file: FleetFile): string {
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

function toSchedules(org: Org): Pick<FleetOrg, 'schedules'> {
  const scheduled = org.children.flatMap((part) => {
    if (!(part instanceof Agent) || part.run.mode.kind !== 'schedule') return [];
    const { cron, suspended, timeZone, whileRunning } = part.run.mode;
    return [
      {
        name: part.name,
        schedule: { agent: part.name, cron, suspended, timeZone, title: `Run of ${part.name} by the clock`, whileRunning },
      },
    ];
  });
  return scheduled.length === 0 ? {} : { schedules: byName(scheduled, ({ schedule }) => schedule) };
}

function toOrg(org: Org, render = toAgent): FleetOrg {
  const agents = org.children.filter((part) => part instanceof Agent);
  const pipelines = org.children.filter(isPipeline);
  const triggers = org.children.filter((part) => part instanceof Trigger);
  return {
    agents: byName(agents, render),
    ...toBudgets(budgetOf(org)),
    ...toEscalation(org.escalation),
    namespace: org.name,
    ...(pipelines.length > 0 && { pipelines: byName(pipelines, toPipeline) }),
    ...(triggers.length > 0 && { triggers: byName(triggers, toTrigger) }),
  };
}

/** Whoever has no say in a matter says nothing of it: the dispatcher knows the defaults. */
function toAgent({ budget, escalation, models, name, org, run: { mode }, runtime, skills, tools }: Agent): FleetAgent {
  return {
    ...(mode.kind === 'job' && { attempts: mode.retries + 1 }),
    ...toBudgets(budget),
    ...(mode.kind === 'job' && { deadlineSeconds: mode.deadline.toSeconds() }),
    ...toEscalation(escalation),
    image: imageOf(org.fleet.environment, runtime.image),
    mode: mode.kind,
    ...(models && { models: namesOf(models) }),
    // The template has the agent's name.
    ...(mode.kind === 'job' && { podTemplate: name }),
    ...toPool(mode),
    ...(skills.length > 0 && { skills: [...skills] }),
    ...(budget?.period === 'task' && { taskBudget: budget.amount.micros }),
    ...(tools.length > 0 && { tools: tools.map((tool) => tool.name) }),
  };
}

/** In the order in which an agent prefers them, each once. */
function namesOf({ primary, reasoning, toolCalling, summarization }: AgentModels): string[] {
  return [...new Set([primary, reasoning, toolCalling, summarization].flatMap((model) => (model ? [model.name] : [])))];
}

function toPool(mode: RunMode): Pick<FleetAgent, 'pool'> {
  if (mode.kind !== 'pool') return {};
  const { max, min, tasksPerWorker } = mode;
  return { pool: { max, min, tasksPerWorker } };
}

/** A budget for each task is no limit on all of them together. */
function toBudgets(budget: Budget | undefined): { budgets?: FleetBudget[] } {
  if (budget === undefined || budget.period === 'task') return {};
  return { budgets: [{ limit: budget.amount.micros, seconds: WINDOWS[budget.period], window: 'rolling' }] };
}

function toEscalation(rules: Escalation | undefined): Pick<FleetAgent, 'escalation'> {
  if (rules === undefined) return {};
  const { approval, failures, silence, spentPercent } = rules;
  return {
    escalation: {
      ...(approval && { approvalSeconds: approval.toSeconds() }),
      ...(failures !== undefined && { failures }),
      ...(silence && { silentSeconds: silence.toSeconds() }),
      ...(spentPercent !== undefined && { spentPercent }),
    },
  };
}

/** Names begin with a letter and are no names of `Object.prototype`, so an object keeps them in this order. */
function byName<Item extends { readonly name: string }, Value>(
  items: readonly Item[],
  toValue: (item: Item) => Value,
): Record<string, Value> {
  return Object.fromEntries(items.map((item) => [item.name, toValue(item)] as const).sort(([one], [other]) => (one < other ? -1 : 1)));
}
