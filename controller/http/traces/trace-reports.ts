import type { Completion, CompletionAnswer } from '../../contract/wire/index.ts';
import type { Services } from '../app.ts';

/** Adds what was recorded to the traces, where there are any. A trace that fails holds nobody up. */
export async function traceReports(
  { reads, traces }: Services,
  org: string,
  reports: readonly Completion[],
  answers: readonly CompletionAnswer[],
): Promise<void> {
  if (traces === undefined) return;
  const recorded = reports.filter((_, i) => answers[i]?.outcome === 'recorded');
  for (const { fence } of recorded) {
    // One after the other, so that reports in bulk do not crowd out other work.
    const [task, history] = await Promise.all([reads.task(org, fence.task), reads.history(org, fence.task)]);
    const attempt = history?.attempts.find((each) => each.attempt === fence.attempt);
    if (task !== undefined && attempt !== undefined) traces.addAttempt(task, attempt);
  }
}
