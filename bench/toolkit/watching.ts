import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { cliArgs, coldJob } from '../jobs.ts';
import { middle, runOnce } from '../measure.ts';
import { writeStack } from '../project.ts';

const ORG = 'org-03';
const AGENT = 7;

/** Edits one agent of a fleet again and again while `synth --watch` runs. Answers the median time until it says that it is done, in ms. */
export async function timeWatch(project: string, agents: number, edits: number): Promise<number> {
  runOnce(coldJob(project, agents));
  const child = spawn(process.execPath, cliArgs('synth', '--watch'), { cwd: project, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    return await timeEdits(child, { project, agents, edits });
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  }
}

interface Edits {
  readonly project: string;
  readonly agents: number;
  readonly edits: number;
}

async function timeEdits(child: ChildProcess, { project, agents, edits }: Edits): Promise<number> {
  if (child.stdout === null) throw new Error('`synth --watch` prints nothing');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const untilDone = async () => {
    for (;;) {
      const line = await lines.next();
      if (line.done === true) throw new Error('`synth --watch` ended');
      if (line.value.endsWith(' ms.')) return;
    }
  };
  await untilDone();
  const times: number[] = [];
  for (let i = 0; i < edits; i++) {
    const begin = performance.now();
    writeStack(project, ORG, agents, i % 2 === 0 ? AGENT : undefined);
    await untilDone();
    times.push(performance.now() - begin);
  }
  return middle(times);
}
