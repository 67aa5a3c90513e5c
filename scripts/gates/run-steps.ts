import type { Step } from './steps.ts';

/** How a step ended. */
export interface StepResult {
  readonly name: string;
  readonly seconds: number;
  /** Empty when the step is content. */
  readonly problems: readonly string[];
}

/** How `runSteps` works. */
export interface RunStepsOptions {
  readonly root: string;
  /** How many steps of a group run at the same time. */
  readonly lanes: number;
  /** Called as soon as a step has ended. */
  readonly onResult: (result: StepResult) => void;
}

/** Runs all steps of all groups, also when some of them fail, and answers in the order of the groups. */
export async function runSteps(groups: readonly (readonly Step[])[], options: RunStepsOptions): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (const group of groups) results.push(...(await runGroup(group, options)));
  return results;
}

async function runGroup(group: readonly Step[], options: RunStepsOptions): Promise<StepResult[]> {
  const results = new Map<Step, StepResult>();
  const waiting = [...group];
  const lane = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const result = await runStep(step, options.root);
      results.set(step, result);
      options.onResult(result);
    }
  };
  await Promise.all(Array.from({ length: options.lanes }, lane));
  return group.flatMap((step) => results.get(step) ?? []);
}

/** A step that breaks has refused: nothing was shown. */
async function runStep({ name, findProblems }: Step, root: string): Promise<StepResult> {
  const begin = performance.now();
  const seconds = () => (performance.now() - begin) / 1000;
  try {
    const problems = await findProblems(root);
    return { name, seconds: seconds(), problems };
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { name, seconds: seconds(), problems: [text] };
  }
}
