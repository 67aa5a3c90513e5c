import { sqlState } from './store.ts';

/** Options of `coalesce`. */
export interface CoalesceOptions<In> {
  /**
   * Items in one batch at most.
   *
   * @default 256
   */
  readonly max?: number;

  /**
   * Items with the same answer never share a batch: the second one must see what the first one did.
   *
   * @default none
   */
  readonly apart?: (input: In) => string | undefined;
}

interface Call<In, Out> {
  readonly input: In;
  readonly resolve: (out: Out) => void;
  readonly reject: (why: unknown) => void;
}

/**
 * Turns many calls at once into few: those that arrive while a batch is under way form the next one. `run` answers by position. Should a batch
 * fail because of what is in it, its items are run one by one, so that nobody fails for another's sake.
 */
export function coalesce<In, Out>(
  run: (batch: In[]) => Promise<Out[]>,
  { max = 256, apart }: CoalesceOptions<In> = {},
): (input: In) => Promise<Out> {
  let waiting: Call<In, Out>[] = [];
  let busy = false;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const [batch, rest] = split(waiting, max, apart);
      waiting = rest;
      // What arrives meanwhile is the next batch.
      await serve(run, batch);
    }
    busy = false;
  }

  return async (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      if (busy) return;
      busy = true;
      setImmediate(() => void drain());
    });
}

async function serve<In, Out>(run: (batch: In[]) => Promise<Out[]>, batch: readonly Call<In, Out>[]): Promise<void> {
  try {
    const answers = await run(batch.map(({ input }) => input));
    if (answers.length !== batch.length) throw new Error(`A batch of ${batch.length} calls got ${answers.length} answers`);
    answers.forEach((answer, i) => batch[i]?.resolve(answer));
  } catch (error) {
    if (batch.length > 1 && /^(22|23|54|P0)/.test(sqlState(error) ?? '')) {
      for (const call of batch) {
        // One bad item, seldom.
        await serve(run, [call]);
      }
    } else for (const { reject } of batch) reject(error);
  }
}

function split<In, Out>(
  calls: readonly Call<In, Out>[],
  max: number,
  apart?: (input: In) => string | undefined,
): [Call<In, Out>[], Call<In, Out>[]] {
  if (apart === undefined) return [calls.slice(0, max), calls.slice(max)];
  const seen = new Set<string>();
  const batch: Call<In, Out>[] = [];
  const rest: Call<In, Out>[] = [];
  for (const call of calls) {
    const key = apart(call.input);
    const fits = batch.length < max && (key === undefined || !seen.has(key));
    if (key !== undefined) seen.add(key);
    (fits ? batch : rest).push(call);
  }
  return [batch, rest];
}
