import { parseArgs } from 'node:util';
import { runToolVerb, TOOL_USAGE } from './tools/tool-verbs.ts';

const USAGE = `worker: Fleetwright's program in an agent's container.

  worker run [--adapter <name>] [--once] [--rounds <n>] [--grace <seconds>] [--health <port>] [-- <program> [<argument>...]]
  worker install <folder>
  worker seed <from> <to>
  worker probe <url>
  worker task <verb> ...
  worker conformance [--adapter <name>] [--input <text>] [--seconds <n>] [--grace <seconds>] -- <program> [<argument>...]
${TOOL_USAGE}`;

/** The exit code of wrong usage, and of failure. */
const WRONG = { usage: 2, failure: 1 } as const;

async function main([verb, ...args]: readonly string[]): Promise<number> {
  switch (verb) {
    case 'run':
      return run(args);
    case 'task':
      return (await import('./task-command.ts')).runTaskCommand(args, (text) => process.stdout.write(`${text}\n`));
    case 'conformance':
      return conformance(args);
    case 'bridge':
    case 'guard':
    case 'broker':
      return runToolVerb(verb, args, drainOnSignals());
    case 'install':
      return (await import('./files.ts')).install(args[0] ?? '');
    case 'seed':
      return (await import('./files.ts')).seed(args[0] ?? '', args[1] ?? '');
    case 'probe':
      return (await import('./probe.ts')).probe(args[0] ?? '');
    default:
      process.stderr.write(USAGE);
      return WRONG.usage;
  }
}

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      adapter: { type: 'string', default: 'shell' },
      grace: { type: 'string', default: '50' },
      health: { type: 'string', default: '8080' },
      once: { type: 'boolean', default: process.env['AGENT_TRIGGER'] !== undefined },
      rounds: { type: 'string', default: '1' },
    },
  });
  const [{ work }, { programOf }] = await Promise.all([import('./worker.ts'), import('./adapters/index.ts')]);
  const drain = drainOnSignals();
  return work(
    {
      adapter: values.adapter,
      command: programOf(values.adapter, positionals),
      env: process.env,
      graceSeconds: toNumber('grace', values.grace, 3600),
      health: toNumber('health', values.health, 65_535),
      once: values.once,
      program: import.meta.filename,
      rounds: Math.max(1, toNumber('rounds', values.rounds, 1000)),
      say: (text) => process.stderr.write(`${text}\n`),
    },
    drain,
  );
}

/** Prints how a program stands to each rule of the contract. @returns 1 if it breaks one */
async function conformance(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      adapter: { type: 'string', default: 'shell' },
      input: { type: 'string', default: 'Answer with the JSON object {"ok": true} and nothing else.' },
      grace: { type: 'string', default: '10' },
      seconds: { type: 'string', default: '300' },
    },
  });
  const [{ judge }, { adapterOf, programOf }] = await Promise.all([import('./conformance/conformance.ts'), import('./adapters/index.ts')]);
  const seconds = toNumber('seconds', values.seconds, 86_400);
  const graceSeconds = toNumber('grace', values.grace, 3600);
  const verdicts = await judge({
    adapter: adapterOf(values.adapter),
    command: programOf(values.adapter, positionals),
    input: values.input,
    seconds,
    graceSeconds,
    program: import.meta.filename,
  });
  for (const { rule, verdict, text } of verdicts) process.stdout.write(`${verdict.padEnd(6)}  ${rule.padEnd(10)}  ${printable(text)}\n`);
  return verdicts.some(({ verdict }) => verdict === 'broken') ? WRONG.failure : 0;
}

/** What a program has said must not speak to the terminal. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}

function toNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= most) return value;
  throw new Error(`--${name} must be a whole number from 0 to ${most}, got '${text}'`);
}

/** The first signal drains; the kubelet sends no second one, but people do. To a service, a hang-up means something else. */
function drainOnSignals(): AbortSignal {
  const drain = new AbortController();
  const hangUp = process.env['AGENT_DISPATCHER_URL'] === undefined ? [] : (['SIGHUP'] as const);
  for (const signal of ['SIGTERM', 'SIGINT', ...hangUp] as const) {
    process.on(signal, () => {
      if (drain.signal.aborted) process.exit(WRONG.failure);
      drain.abort();
    });
  }
  return drain.signal;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = WRONG.failure;
}
