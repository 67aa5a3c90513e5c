import { readFile } from 'node:fs/promises';
import { HOOK_SECRETS } from '../../contract/index.ts';
import type { EventTrigger } from '../../dispatch/index.ts';

/** Whoever signs with fewer bytes can be guessed. */
const SHORTEST = 16;

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

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
  async of(trigger: EventTrigger | undefined): Promise<Buffer[]> {
    if (trigger === undefined || !('secretFile' in trigger)) return [];
    const file = trigger.secretFile.replace(HOOK_SECRETS, this.#folder);
    const text = await readFile(file, 'utf8').catch(() => '');
    const secrets = text
      .split('\n')
      .map((line) => toKey(trigger, line.trim()))
      .filter((key) => key.length >= SHORTEST);
    if (secrets.length > 0) this.#told.delete(file);
    else this.#tell(file);
    return secrets;
  }

  #tell(file: string): void {
    if (this.#told.has(file)) return;
    this.#told.add(file);
    this.#onError(`'${file}' holds no secret of ${SHORTEST} bytes or more: the trigger refuses every request`);
  }
}

/** Those of Standard Webhooks are base64 after their prefix. For all others it is part of the secret. */
function toKey(trigger: EventTrigger, secret: string): Buffer {
  const isStandard = trigger.kind === 'webhook' && trigger.header === undefined;
  if (!isStandard || !secret.startsWith('whsec_')) return Buffer.from(secret);
  const text = secret.slice('whsec_'.length);
  return Buffer.from(BASE64.test(text) ? text : '', 'base64');
}
