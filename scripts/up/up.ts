import { setTimeout as sleep } from 'node:timers/promises';
import { printAside } from '../print.ts';
import { RunningUp, type UpOptions } from './running-up.ts';
import { StateFolder } from './state-folder.ts';

/** The signals that end a run. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Within this time, in milliseconds, a signal is the same: npm passes on what the terminal has sent already. */
const SAME_MS = 200;

/**
 * Runs a fleet on this machine until it is told to end: the first signal ends all in order, the second at once. Answers with the exit code.
 *
 * @throws FleetwrightError FW_UP_FAILED, and what `synth` throws
 */
export async function up(options: UpOptions): Promise<number> {
  const state = await StateFolder.take(options.state);
  const end = new AbortController();
  const first = listen(end, state);
  const running = new RunningUp(options, state, end.signal);
  try {
    return await Promise.race([running.run(), first.then(() => 0)]);
  } finally {
    end.abort();
    await running.stop();
    await state.release();
  }
}

/** Resolves at the first signal. The second ends all that runs, and this process with it. */
async function listen(end: AbortController, state: StateFolder): Promise<void> {
  await new Promise<void>((resolve) => {
    let since = 0;
    for (const signal of ENDING) {
      process.on(signal, () => {
        if (!end.signal.aborted) {
          since = performance.now();
          printAside('\nEnding: agents give back what they work on. Ctrl-C again ends at once.');
          end.abort();
          resolve();
        } else if (performance.now() - since > SAME_MS) {
          void state.release().finally(() => process.kill(process.pid, 'SIGKILL'));
        }
      });
    }
  });
  await sleep(0);
}
