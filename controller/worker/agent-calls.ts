import { createHash } from 'node:crypto';
import { createReadStream, realpathSync, statSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Static, type TSchema, Type } from 'typebox';
import { Check, Errors } from 'typebox/value';
import {
  AskSchema,
  type Claim,
  type Client,
  closed,
  CompletionSchema,
  MoneySchema,
  Refusal,
  ScheduleRequestSchema,
  type WorkerEvent,
  WorkerEventSchema,
} from '../contract/wire/index.ts';
import type { Lease } from './lease.ts';
import type { Said } from './outcome.ts';
import type { Output } from './output.ts';
import type { Handler } from './task-server.ts';

const LogBody = closed({ text: Type.String() });
const { seq: _, ...EVENT } = WorkerEventSchema.properties;
const EventBody = closed(EVENT);
const ArtifactBody = closed({ file: Type.String({ minLength: 1 }), name: Type.Optional(Type.String({ maxLength: 256 })) });
const CostBody = closed({ cost: Type.Optional(MoneySchema) });

/** What an agent may ask for, and with what it is done. */
export interface AgentCallsOptions {
  readonly claim: Claim;
  readonly client: Client;
  readonly lease: Lease;
  readonly output: Output;
  /** Filled with what the agent says. */
  readonly said: Said;
}

/** What the agent's `task` command can do while its program runs. */
export function agentCalls(options: AgentCallsOptions): Readonly<Record<string, Handler>> {
  const { client, lease, output, said, claim } = options;
  const patience = { signal: lease.over };
  const tell = eventTeller(options);
  return {
    log: async (body) => {
      const { text } = check(LogBody, body);
      for (let from = 0; from < text.length; from += LOG_PIECE) {
        // In order.
        await output.write('agent', text.slice(from, from + LOG_PIECE).toWellFormed());
      }
    },
    event: async (body) => {
      const { kind, data } = check(EventBody, body);
      await tell(kind, data);
    },
    artifact: async (body) => {
      const { file, name } = check(ArtifactBody, body);
      await tell('artifact', { name: name ?? file, ...(await describeFile(file)) });
    },
    ask: async (body) => {
      const ask = check(AskSchema, body);
      const known = claim.answers.find(({ key }) => key === ask.key);
      if (known !== undefined) return { state: known.state, answer: known.answer };
      const question = await client.ask(claim.fence, ask, patience);
      said.wait = { for: 'answers' };
      return { state: 'open', question };
    },
    tasks: async (body) => {
      const { tasks } = check(ScheduleRequestSchema, body);
      return client.post(`/tasks/${claim.fence.task}/tasks`, { fence: claim.fence, tasks }, patience);
    },
    heartbeat: async (body) => {
      const { cost } = check(CostBody, body);
      lease.cost = cost ?? lease.cost;
      await lease.renew();
    },
    say: async (body) => say(options, body),
  };
}

/** Characters of a log that are sent as one piece. */
const LOG_PIECE = 4096;

/** Counts the events of each kind, and sends them. */
function eventTeller({ client, claim, lease }: AgentCallsOptions): (kind: WorkerEvent['kind'], data: unknown) => Promise<void> {
  const counts = new Map<string, number>();
  return async (kind, data) => {
    const seq = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, seq);
    await client.events(claim.fence, [{ seq, kind, data }], { signal: lease.over });
  };
}

/** Keeps what goes into the report at the end: it must be fit for one. */
async function say({ said, claim: { fence } }: AgentCallsOptions, body: unknown): Promise<void> {
  const { result, wait, ...rest } = (body ?? {}) as { readonly result?: unknown; readonly wait?: unknown };
  const whole = wait === undefined ? { fence, outcome: 'succeeded', ...rest, result } : { fence, outcome: 'waiting', wait, ...rest };
  const report = check(CompletionSchema, whole);
  if (report.usage !== undefined) said.usage = report.usage;
  if (report.session !== undefined) said.session = report.session;
  if (report.outcome === 'waiting') said.wait = report.wait;
  if (result !== undefined) said.result = { value: result };
}

/** Size and digest of a file of the folder in which the agent works; what lies elsewhere is none of its products. */
async function describeFile(file: string): Promise<object> {
  const path = realpathSync(file);
  const inside = relative(realpathSync(process.cwd()), path);
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`))
    throw new Error(`'${file}' is not in the folder in which the agent works`);
  const found = statSync(path);
  if (!found.isFile()) throw new Error(`'${file}' is not a file`);
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { path: inside, bytes: found.size, sha256: hash.digest('hex') };
}

function check<Schema extends TSchema>(schema: Schema, body: unknown): Static<Schema> {
  if (Check(schema, body)) return body;
  const [first] = Errors(schema, body);
  throw new Refusal(
    'FW_BODY_INVALID',
    first === undefined ? 'The message is not valid' : `'${first.instancePath || '/'}' ${first.message}`,
  );
}
