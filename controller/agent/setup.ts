import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Check, Errors } from 'typebox/value';
import { parse } from 'yaml';
import { PATHS } from '../contract/index.ts';
import { AgentConfigSchema } from '../contract/wire/index.ts';
import type { Repository } from './repository.ts';

/** Most bytes of the configuration. */
const CONFIG_BYTES = 4 * 1024 * 1024;

/** What the worker tells about a task. Readers ignore what they do not know. */
const EventSchema = Type.Object({
  task: Type.String({ minLength: 1 }),
  org: Type.String(),
  agent: Type.String(),
  title: Type.String(),
  input: Type.Unknown(),
  needs: Type.Array(
    Type.Object({ task: Type.String(), as: Type.Optional(Type.String()), state: Type.String(), result: Type.Optional(Type.Unknown()) }),
  ),
  answers: Type.Array(Type.Object({ key: Type.String(), state: Type.String(), answer: Type.Unknown() })),
  signal: Type.Optional(Type.Unknown()),
});

/** A task, as an agent's program is told of it. */
export type TaskEvent = Static<typeof EventSchema>;

type AgentConfig = Static<typeof AgentConfigSchema>;

/** A model and where it is. */
export type ModelSetup = NonNullable<AgentConfig['models']>[string];

/** A tool and where it is. */
export type ToolSetup = NonNullable<AgentConfig['tools']>[string];

/** All that the agent is told by its surroundings. */
export interface Setup {
  readonly name: string;
  readonly org: string;
  readonly persona: string;
  readonly instructions: string;
  /** The first to prefer. */
  readonly models: readonly ModelSetup[];
  readonly modelKey: string | undefined;
  readonly tools: Readonly<Record<string, ToolSetup>>;
  /** Names of the programs that it may run. */
  readonly commands: readonly string[];
  readonly workspace: string;
  readonly repository: Repository | undefined;
  /** What it works on; a service has no task but its standing orders. */
  readonly event: TaskEvent | undefined;
  /** Session of an earlier attempt. */
  readonly session: string | undefined;
  /** Socket of the worker. */
  readonly socket: string | undefined;
  /** What the task may cost, in millionths of a US dollar. */
  readonly budget: number | undefined;
}

/** Reads what the contract says. @throws Error that says which part of it is not as the contract has it */
export function readSetup(env: NodeJS.ProcessEnv): Setup {
  const config = readConfig(env['AGENT_CONFIG'] ?? `${PATHS.config}/config.yaml`);
  const workspace = env['AGENT_WORKSPACE'] ?? process.cwd();
  const url = env['AGENT_REPO_URL'];
  const budget = Number(env['AGENT_TASK_BUDGET_USD'] ?? '');
  return {
    name: config.agent.name,
    org: config.agent.namespace,
    persona: env['AGENT_PERSONA'] ?? '',
    instructions: env['AGENT_INSTRUCTIONS'] ?? config.instructions ?? '',
    models: readModels(config, env),
    modelKey: env['MODEL_API_KEY'],
    tools: config.tools ?? {},
    commands: (env['AGENT_COMMANDS'] ?? '').split(',').filter((name) => name !== ''),
    workspace,
    repository: url ? { url, folder: join(workspace, 'clones') } : undefined,
    event: readEvent(env),
    session: env['AGENT_SESSION'],
    socket: env['AGENT_TASK_SOCKET'],
    budget: budget > 0 ? Math.round(budget * 1e6) : undefined,
  };
}

/** The endpoint of the environment is where the gateway is now; that of the file is where it was when it was written. */
function readModels({ models = {} }: AgentConfig, env: NodeJS.ProcessEnv): ModelSetup[] {
  // Older versions of the contract have several.
  const endpoint = env['MODEL_ENDPOINT']?.split(',')[0]?.trim();
  const list = Object.values(models).map((model) => (endpoint ? { ...model, endpoint } : model));
  if (list.length === 0) throw new Error('The agent has no model: give it one in the stack, `models: { primary: … }`');
  return list.sort((one, other) => one.priority - other.priority);
}

function readConfig(path: string): AgentConfig {
  const text = readLimited(path);
  const config: unknown = parse(text, { maxAliasCount: 0 });
  return check(AgentConfigSchema, config, path);
}

function readLimited(path: string): string {
  const bytes = readFileSync(path);
  if (bytes.length > CONFIG_BYTES) throw new Error(`'${path}' has ${bytes.length} bytes, and may have ${CONFIG_BYTES}`);
  return bytes.toString('utf8');
}

function readEvent(env: NodeJS.ProcessEnv): TaskEvent | undefined {
  // Without a dispatcher there is no task, whatever a job was made with.
  if (!env['AGENT_TASK_ID']) return undefined;
  const file = env['AGENT_EVENT_FILE'];
  const text = file === undefined ? (env['AGENT_EVENT'] ?? '') : readLimited(file);
  return check(EventSchema, JSON.parse(text), file ?? 'AGENT_EVENT');
}

function check<Schema extends typeof AgentConfigSchema | typeof EventSchema>(
  schema: Schema,
  value: unknown,
  where: string,
): Static<Schema> {
  if (Check(schema, value)) return value;
  const [first] = Errors(schema, value);
  throw new Error(`'${where}' is not as the contract has it: '${first?.instancePath ?? ''}' ${first?.message ?? 'is wrong'}`);
}
