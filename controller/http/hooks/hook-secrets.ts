import { readFile } from 'node:fs/promises';
import { HOOK_SECRETS } from '../../contract/index.ts';
import type { EventTrigger } from '../../dispatch/index.ts';

/** Whoever signs with fewer characters can be guessed. */
const SHORTEST = 16;

/** Finds what signs the requests to triggers. The files are read each time, as they are replaced while the program runs. */
export class HookSecrets {
  readonly #folder: string;
  readonly #onError: (message: string) => void;
  readonly #told = new Set<string>();

  /** @param folder what stands for the folder of the contract, outside of a cluster */
  constructor(folder: string | undefined, onError: (message: string) => void) {
    this.#folder = folder ?? HOOK_SECRETS;
    this.#onError = onError;
  }

  /** The secrets of a trigger, of which each is good. None where the file cannot be used: that is told to the log, once, and to nobody else. */
  async of(trigger: EventTrigger | undefined): Promise<string[]> {
    if (trigger === undefined || !('secretFile' in trigger)) return [];
    const file = trigger.secretFile.replace(HOOK_SECRETS, this.#folder);
    const text = await readFile(file, 'utf8').catch(() => '');
    const secrets = text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.length >= SHORTEST);
    if (secrets.length > 0) this.#told.delete(file);
    else this.#tell(file);
    return secrets;
  }

  #tell(file: string): void {
    if (this.#told.has(file)) return;
    this.#told.add(file);
    this.#onError(`'${file}' holds no secret of ${SHORTEST} characters or more: the trigger refuses every request`);
  }
}
