import { rmSync } from 'node:fs';
import { TaskSocket } from '../contract/index.ts';
import { LOOP_LIMITS, type LoopEnd, runLoop } from './loop.ts';
import { Models } from './model/models.ts';
import { readEnd, resumePrompt, systemPrompt, taskPrompt } from './prompt.ts';
import { cloneFor } from './repository.ts';
import { Session } from './session.ts';
import { readSetup, type Setup } from './setup.ts';
import { fileTools } from './tools/files.ts';
import type { McpTools } from './tools/mcp.ts';
import { runTool } from './tools/run.ts';
import { taskTools } from './tools/task-tools.ts';
import { Toolbox, type ToolNote } from './tools/toolbox.ts';

/** Exit codes: of a failure that may pass, of waiting, and of having been told to end. */
const EXIT = { failed: 1, waits: 75, told: 143 } as const;

/** Works on the task, prints the result last. @returns the exit code */
async function main(signal: AbortSignal): Promise<number> {
  const setup = readSetup(process.env);
  const models = new Models({ models: setup.models, key: setup.modelKey, say });
  const session = Session.open(setup.workspace, setup.session ?? setup.event?.task ?? 'service');
  const report = (more: object = {}) =>
    process.stdout.write(
      `${JSON.stringify({ type: 'result', session: session.id, usage: models.usage, ...(models.scripted ? { scripted: true } : {}), ...more })}\n`,
    );
  const servers: McpTools[] = [];
  try {
    for (const [id, tool] of Object.entries(setup.tools)) servers.push(await connect(id, tool, signal));
    const root = await findRoot(setup, signal);
    const end = await work(setup, { models, session, root, servers, signal });
    if (end.kind !== 'done') {
      report();
      return notDone(end);
    }
    const { words, result } = readEnd(end.text);
    if (words !== '') say(words);
    finish(setup, session, root);
    report({ result });
    return typeof result.failed === 'string' ? fail(result.failed) : 0;
  } catch (error) {
    report();
    if (signal.aborted) return EXIT.told;
    return fail(error instanceof Error ? error.message : String(error));
  } finally {
    await Promise.all(servers.map(async ({ close }) => close().catch(() => undefined)));
  }
}

/** What speaks to tools takes a while to load, and is needed where there are some. */
async function connect(...args: Parameters<typeof import('./tools/mcp.ts').connectTool>): Promise<McpTools> {
  return (await import('./tools/mcp.ts')).connectTool(...args);
}

interface Work {
  readonly models: Models;
  readonly session: Session;
  readonly root: string;
  readonly servers: readonly McpTools[];
  readonly signal: AbortSignal;
}

async function work(setup: Setup, { models, session, root, servers, signal }: Work): Promise<LoopEnd> {
  const { event, commands, budget } = setup;
  const socket = setup.socket === undefined ? undefined : new TaskSocket(setup.socket);
  const tools = [
    ...fileTools(root),
    ...(commands.length === 0 ? [] : [runTool(root, commands)]),
    ...(socket === undefined || event === undefined ? [] : taskTools(socket, event)),
    ...servers.flatMap((server) => server.tools),
  ];
  const toolbox = new Toolbox(tools, async (note) => tell(socket, note));
  begin(setup, session);
  return runLoop({
    models,
    toolbox,
    session,
    budget,
    limits: LOOP_LIMITS,
    signal,
    say,
    // So that the controller can stop what costs too much.
    onRound: async () => void (await socket?.call('heartbeat', { cost: models.cost }).catch(() => undefined)),
  });
}

/** A new conversation begins with the task; one that is gone on with hears what has changed, unless a tool is about to say it. */
function begin(setup: Setup, session: Session): void {
  if (session.messages.length === 0)
    session.add({ role: 'system', content: systemPrompt(setup) }, { role: 'user', content: taskPrompt(setup) });
  else if (setup.event !== undefined && setup.event.task !== session.id) session.add({ role: 'user', content: taskPrompt(setup) });
  else if (setup.event !== undefined && session.pending.length === 0) session.add({ role: 'user', content: resumePrompt(setup.event) });
}

/** The folder that the tools work in. */
async function findRoot({ event, repository, workspace }: Setup, signal: AbortSignal): Promise<string> {
  return repository === undefined ? workspace : cloneFor(event?.task ?? 'service', repository, signal);
}

/** What is done needs no conversation to go on with, and no clone: what matters was pushed. */
function finish({ repository, event }: Setup, session: Session, root: string): void {
  if (event === undefined) return;
  // One that somebody else named is gone on with by other tasks.
  if (session.id === event.task) session.remove();
  if (repository !== undefined) rmSync(root, { recursive: true, force: true });
}

function notDone(end: Exclude<LoopEnd, { kind: 'done' }>): number {
  return end.kind === 'waits' ? EXIT.waits : fail(end.reason);
}

/** The last line tells people why. */
function fail(reason: string): number {
  process.stderr.write(`${reason.replaceAll('\n', ' ')}\n`);
  return EXIT.failed;
}

async function tell(socket: TaskSocket | undefined, note: ToolNote): Promise<void> {
  say(`[${note.name}] ${note.outcome}`);
  // Nobody has to hear it for the work to go on.
  await socket?.call('event', { kind: 'tool', data: note }).catch(() => undefined);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

const told = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => told.abort());
try {
  process.exitCode = await main(told.signal);
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = EXIT.failed;
}
