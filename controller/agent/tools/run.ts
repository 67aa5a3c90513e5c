import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { findGitProblem } from './git-rules.ts';
import { Refused, type Tool } from './tool.ts';

/** Characters of output that a model is given, most of them from the end, and seconds that a program may take. */
const OUTPUT = { first: 4000, last: 12_000 } as const;
const SECONDS = { usual: 120, most: 1800 } as const;

/** How long a program has to end when it is asked to, in milliseconds. */
const GRACE_MS = 2000;

/** What programs see of the agent's surroundings: no key of a model, and nothing by which to speak for the agent. */
const PASSED_ON = /^(PATH|HOME|LANG|LC_.*|TZ|TMPDIR|USER|AGENT_RUN_DIR|AGENT_NAME|GIT_.*|(https?|no|all)_proxy|NODE_USE_ENV_PROXY)$/i;

/** Git reads no settings that could start programs, whatever a repository says. */
const GIT = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_EDITOR: 'true',
  GIT_PAGER: 'cat',
  GIT_ALLOW_PROTOCOL: 'file:http:https:ssh',
} as const;
const GIT_SETTINGS = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['commit.gpgSign', 'false'],
  ['submodule.recurse', 'false'],
] as const;

/** How a program has ended. */
interface RunEnd {
  readonly exit: number | string;
  readonly output: string;
}

/** The tool that runs programs of a list, without a shell. @param commands the list: names, which are looked up in the PATH */
export function runTool(root: string, commands: readonly string[]): Tool {
  return {
    definition: {
      name: 'run',
      description: `Runs a program in the current folder, without a shell: ${commands.join(', ')}. Answers with its exit code and its output.`,
      parameters: Type.Object({
        program: Type.Enum([...commands], { type: 'string' }),
        args: Type.Optional(Type.Array(Type.String(), { maxItems: 256 })),
        input: Type.Optional(Type.String({ description: 'What it reads as standard input.' })),
        timeoutSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: SECONDS.most, default: SECONDS.usual })),
      }),
    },
    call: async ({ program, args = [], input = '', timeoutSeconds = SECONDS.usual }, { signal }) => {
      const argv = (args as readonly string[]).map(String);
      if (!commands.includes(String(program))) throw new Refused(`'${String(program)}' may not be run; ${commands.join(', ')} may`);
      if (argv.some((arg) => arg.includes('\0'))) throw new Refused('An argument holds a NUL');
      const problem = program === 'git' ? findGitProblem(argv, root) : undefined;
      if (problem !== undefined) throw new Refused(problem);
      // Files that lie around are no repository, whatever they are called.
      const fixed = program === 'git' ? ['-c', 'safe.bareRepository=explicit'] : [];
      const end = await runProgram([String(program), ...fixed, ...argv], {
        root,
        input: String(input),
        ms: Number(timeoutSeconds) * 1000,
        signal,
      });
      return JSON.stringify(end);
    },
  };
}

interface RunOptions {
  readonly root: string;
  readonly input: string;
  readonly ms: number;
  readonly signal: AbortSignal;
}

/** Runs a program, in a process group of its own that ends with it. @throws Refused if there is no such program */
export async function runProgram([program = '', ...args]: readonly string[], { root, input, ms, signal }: RunOptions): Promise<RunEnd> {
  const child = spawn(program, args, { cwd: root, detached: true, env: programEnv(process.env, root), stdio: 'pipe' });
  const output = new Output();
  child.stdout.on('data', (piece: Buffer) => output.add(piece));
  child.stderr.on('data', (piece: Buffer) => output.add(piece));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const closed = new Promise((resolve) => child.once('close', resolve));
  const stop = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
  const stopped = () => void stopGroup(child.pid);
  stop.addEventListener('abort', stopped, { once: true });
  if (stop.aborted) stopped();
  try {
    const exit = await new Promise<number | string>((resolve, reject) => {
      child.once('error', (cause) => reject(new Refused(`'${program}' cannot be started: ${cause.message}`, { cause })));
      child.once('exit', (code, killed) => resolve(code ?? killed ?? 'unknown'));
    });
    killGroup(child.pid, 'SIGKILL');
    // What it printed last may still be on its way; who has left the group may hold the pipe for ever.
    const late = setTimeout(() => child.stdout.destroy() && child.stderr.destroy(), GRACE_MS);
    await closed;
    clearTimeout(late);
    signal.throwIfAborted();
    return { exit: stop.aborted ? `stopped after ${ms / 1000} s` : exit, output: output.text.trimEnd() };
  } finally {
    stop.removeEventListener('abort', stopped);
  }
}

/** Asks first. */
async function stopGroup(pid: number | undefined): Promise<void> {
  killGroup(pid, 'SIGTERM');
  await sleep(GRACE_MS, undefined, { ref: false });
  killGroup(pid, 'SIGKILL');
}

function programEnv(env: NodeJS.ProcessEnv, root: string): NodeJS.ProcessEnv {
  const passed = Object.fromEntries(Object.entries(env).filter(([name]) => PASSED_ON.test(name)));
  const name = env['AGENT_NAME'] ?? 'agent';
  const email = `${name}@${env['AGENT_NAMESPACE'] ?? 'org'}.invalid`;
  const count = Number(passed['GIT_CONFIG_COUNT'] ?? 0);
  const settings = GIT_SETTINGS.flatMap(([key, value], at) => [
    [`GIT_CONFIG_KEY_${count + at}`, key],
    [`GIT_CONFIG_VALUE_${count + at}`, value],
  ]);
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    ...passed,
    ...(env['AGENT_REPO_URL'] === undefined ? {} : { AGENT_REPO_DIR: root }),
    ...GIT,
    GIT_CONFIG_COUNT: String(count + GIT_SETTINGS.length),
    ...(Object.fromEntries(settings) as Record<string, string>),
  };
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // All of it has ended.
  }
}

/** The beginning and the end of what a program prints. */
class Output {
  #first = '';
  #last = '';
  #left = 0;
  readonly #decoder = new TextDecoder();

  add(piece: Buffer): void {
    const text = this.#decoder.decode(piece, { stream: true });
    const room = OUTPUT.first - this.#first.length;
    this.#first += text.slice(0, room);
    this.#last += text.slice(room);
    const over = this.#last.length - OUTPUT.last;
    if (over <= 0) return;
    this.#left += over;
    this.#last = this.#last.slice(over);
  }

  get text(): string {
    return this.#left === 0 ? `${this.#first}${this.#last}` : `${this.#first}\n(${this.#left} characters left out)\n${this.#last}`;
  }
}
