import {
  Agent,
  BrokeredSecret,
  EgressPolicy,
  Fleet,
  Memory,
  Model,
  Org,
  type OrgPart,
  Persona,
  Run,
  Secret,
  Tool,
  type ToolProps,
  WorkerRuntime,
  Workspace,
} from '../../constructs/index.ts';
import { flatten } from './plain.ts';

/** Props that every stack has to give: shown although they are what the most modest part would say too. */
const REQUIRED =
  /^(runtime\.adapter|workspace\.(persistent|size)|run\.mode\.(kind|cron|max)|server\.origin\..*|deployments|allow|store\.location\.\w+|secret|host|key|from\.\w+)$/;

/** What a server is by default: it stands within a value that is required as a whole. */
const SERVER_DEFAULTS: ReadonlyMap<string, string> = new Map([
  ['server.origin.path', '/mcp'],
  ['server.origin.portVariable', 'PORT'],
]);

/** A server of the registry, of which the tool's other fields say the same. */
const DERIVED = /^registered\./;

/** What a part says beyond defaults, prop by prop: compared with the most modest part of its kind. */
export function sayProps(part: Org | OrgPart): { prop: string; value: string }[] {
  const modest = flatten(fieldsOf(modestTwin(part)));
  return [...flatten(fieldsOf(part))]
    .filter(([prop, value]) => !DERIVED.test(prop) && SERVER_DEFAULTS.get(prop) !== value)
    .filter(([prop, value]) => REQUIRED.test(prop) || modest.get(prop) !== value)
    .map(([prop, value]) => ({ prop: prop.replace('run.mode.', 'run.').replace(/\.(at|location|origin)\./, '.'), value }));
}

function fieldsOf(part: object): Record<string, unknown> {
  const { node: _, ...fields } = part as Record<string, unknown>;
  return part instanceof Org ? { ...fields, gateway: fieldsOf(part.gateway) } : fields;
}

/** A part of the same kind that says no more than it has to. It stands in a fleet of its own, which nobody renders. */
function modestTwin(part: Org | OrgPart): object {
  const org = new Org(new Fleet((part instanceof Org ? part : part.org).fleet.environment), 'modest');
  if (part instanceof Org) return org;
  if (part instanceof Agent) return modestAgent(org, part);
  if (part instanceof Tool) return new Tool(org, 'twin', { server: part.server } as ToolProps);
  if (part instanceof Model) return new Model(org, 'twin', { deployments: part.deployments });
  if (part instanceof Persona) return new Persona(org, 'twin', {});
  if (part instanceof BrokeredSecret) return new BrokeredSecret(org, 'twin', { host: part.host, secret: part.secret });
  if (part instanceof EgressPolicy) return new EgressPolicy(org, 'twin', { allow: part.allow });
  if (part instanceof Memory) return new Memory(org, 'twin', { store: part.store });
  if (part instanceof Secret) return Secret.reference(org, 'twin', part.key);
  return {};
}

function modestAgent(org: Org, { run, runtime, workspace }: Agent): Agent {
  return new Agent(org, 'twin', {
    run: modestRun(run),
    runtime: modestRuntime(runtime),
    ...(workspace !== undefined && {
      workspace: workspace.persistent ? Workspace.volume({ size: workspace.size }) : Workspace.scratch(workspace.size),
    }),
  });
}

function modestRun({ mode }: Run): Run {
  switch (mode.kind) {
    case 'service':
      return Run.service();
    case 'pool':
      return Run.pool({ max: mode.max });
    case 'job':
      return Run.job();
    case 'schedule':
      return Run.schedule(mode.cron);
    case 'sandbox':
      return Run.sandbox();
  }
}

function modestRuntime({ adapter }: WorkerRuntime): WorkerRuntime {
  const presets = [
    WorkerRuntime.reference(),
    WorkerRuntime.claudeCode(),
    WorkerRuntime.codex(),
    WorkerRuntime.opencode(),
    WorkerRuntime.goose(),
    WorkerRuntime.geminiCli(),
    WorkerRuntime.droid(),
  ];
  return presets.find((preset) => preset.adapter === adapter) ?? WorkerRuntime.shell({ command: ['true'] });
}
