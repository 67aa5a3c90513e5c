import type { Completion } from '../../contract/wire/index.ts';
import type { Adapter } from '../adapters/index.ts';
import type { ProgramEnd } from '../agent-process.ts';
import { Attempt } from '../attempt.ts';
import { ScriptedController } from './scripted-controller.ts';

/** How long a program works before it is told to end, in milliseconds. */
const WORK_MS = 1000;

/** What is judged, and how. */
export interface Candidate {
  readonly adapter: Adapter;
  readonly command: readonly string[];
  /** A task that the program can do. */
  readonly input: string;
  /** How long it may take for that, in seconds. */
  readonly seconds: number;
  /** How long it may take to end when it is told to, in seconds. */
  readonly graceSeconds: number;
  readonly program: string;
}

/** How a program stands to a rule of the contract. `unseen`: it gave no occasion. */
export interface Verdict {
  readonly rule: string;
  readonly verdict: 'kept' | 'broken' | 'unseen';
  /** What the rule asks for, or what was seen instead. */
  readonly text: string;
}

interface Seen {
  readonly end: ProgramEnd | undefined;
  readonly report: Completion | undefined;
  readonly output: string;
  readonly stopped: boolean;
}

/** Gives a program two tasks, one to do and one that is taken away, and tells which rules of the contract it keeps. */
export async function judge(candidate: Candidate): Promise<Verdict[]> {
  const done = await observe(candidate, candidate.seconds * 1000);
  if (done.end?.refused !== undefined) return [{ rule: 'starts', verdict: 'broken', text: done.end.refused }];
  const taken = await observe(candidate, WORK_MS);
  return [
    { rule: 'starts', verdict: 'kept', text: 'The program can be started' },
    ...judgeWork(done, candidate.seconds),
    judgeStop(taken, candidate.graceSeconds),
    judgeRemains(done),
  ];
}

function judgeWork({ end, report, output, stopped }: Seen, seconds: number): Verdict[] {
  if (stopped) return [{ rule: 'ends', verdict: 'broken', text: `It had not ended after ${seconds} seconds; a result ends the work` }];
  const result = report !== undefined && 'result' in report;
  const reason = report !== undefined && 'reason' in report ? report.reason : 'there was no report';
  const good = report?.outcome === 'succeeded' || report?.outcome === 'waiting';
  return [
    { rule: 'ends', verdict: 'kept', text: 'It ends by itself when its work is done' },
    good
      ? { rule: 'exit-code', verdict: 'kept', text: 'It ends with 0, or with 75 to be called again' }
      : {
          rule: 'exit-code',
          verdict: 'broken',
          text: `It ended with ${end?.code ?? end?.signal} for a task that it should be able to do: ${reason}`,
        },
    result || report?.outcome === 'waiting'
      ? { rule: 'result', verdict: 'kept', text: 'It gives a result as JSON' }
      : {
          rule: 'result',
          verdict: 'broken',
          text: 'It gave no result: print JSON as the last line, write AGENT_RESULT_FILE, or call `task result`',
        },
    output.includes('\uFFFD')
      ? { rule: 'text', verdict: 'broken', text: 'It printed bytes that are no UTF-8; write them to files' }
      : { rule: 'text', verdict: 'kept', text: 'It prints text as UTF-8' },
  ];
}

function judgeStop({ end, stopped }: Seen, seconds: number): Verdict {
  if (!stopped) return { rule: 'stops', verdict: 'unseen', text: 'Whether it ends on SIGTERM, as it had ended before; give it more to do' };
  return end?.signal === 'SIGKILL'
    ? { rule: 'stops', verdict: 'broken', text: `It did not end within ${seconds} seconds of SIGTERM and had to be killed` }
    : { rule: 'stops', verdict: 'kept', text: 'It ends on SIGTERM' };
}

function judgeRemains({ end, stopped }: Seen): Verdict {
  if (stopped) return { rule: 'no-remains', verdict: 'unseen', text: 'Whether it leaves processes behind, as it did not end by itself' };
  return (end?.left ?? 0) > 0
    ? {
        rule: 'no-remains',
        verdict: 'broken',
        text: `${end?.left} of its processes were still there when it had ended, and were killed; wait for them`,
      }
    : { rule: 'no-remains', verdict: 'kept', text: 'It leaves no process behind' };
}

/** Runs the program on a task, and tells it to end if it has not ended before. */
async function observe({ adapter, command, input, program, graceSeconds }: Candidate, endAfterMs: number): Promise<Seen> {
  const controller = await ScriptedController.start();
  const drain = new AbortController();
  const timer = setTimeout(() => drain.abort(), endAfterMs);
  let end: ProgramEnd | undefined;
  try {
    const attempt = new Attempt(controller.claim(input), {
      client: controller.client,
      adapter,
      command,
      graceMs: graceSeconds * 1000,
      rounds: 1,
      draining: drain.signal,
      program,
      worker: 'conformance',
      onProgramEnd: (seen) => (end = seen),
    });
    await attempt.run();
    const output = controller.chunks.map(({ text }) => text).join('');
    return { end, report: controller.completions[0], output, stopped: drain.signal.aborted };
  } finally {
    clearTimeout(timer);
    controller.stop();
  }
}
