import { isRecord } from '../is-record.ts';
import { Child } from './child.ts';
import { findSources, type ModelSource, withServedModel } from './models.ts';
import { ownProgram } from '../programs.ts';
import { failed, type StateFolder } from './state-folder.ts';
import type { Terminal } from './terminal.ts';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where a project keeps what the scripted model plays. */
const TRANSCRIPTS = join('stacks', 'transcripts');

/** How long the scripted model has to end, in milliseconds. */
const STOP_MS = 2000;

/** Who answers for models on this machine, and how to end that. */
export interface OpenModels {
  readonly sources: readonly ModelSource[];
  readonly stop: () => Promise<void>;
}

/** Finds those who serve models; where there is no key, a scripted model stands in. */
export async function openModels(state: StateFolder, terminal: Terminal): Promise<OpenModels> {
  const sources = await Promise.all(findSources(process.env).map(withServedModel));
  if (sources.length > 0) return { sources, stop: async () => undefined };
  if (!existsSync(ownProgram('scripted-model'))) return { sources: [], stop: async () => undefined };
  return startScripted(state, terminal);
}

async function startScripted(state: StateFolder, terminal: Terminal): Promise<OpenModels> {
  const found = Promise.withResolvers<string>();
  const child = new Child(
    {
      program: 'scripted-model',
      args: ['--transcripts', TRANSCRIPTS, '--port', '0'],
      said: (line) => {
        const address = addressIn(line);
        if (address !== undefined) found.resolve(address);
        // It tells of each answer, which is told where the answer is shown.
        else if (!line.startsWith('scripted: ')) terminal.say('scripted-model', line);
      },
    },
    state,
  );
  const ended = child.ended.then(({ lastWords }) => {
    throw failed(`the scripted model has ended: ${lastWords || 'it said nothing'}`);
  });
  ended.catch(() => undefined);
  const address = await Promise.race([found.promise, ended]);
  return { sources: [{ kind: 'scripted', address, key: undefined }], stop: async () => child.stop(STOP_MS) };
}

function addressIn(line: string): string | undefined {
  try {
    const said: unknown = JSON.parse(line);
    return isRecord(said) && typeof said['address'] === 'string' ? said['address'] : undefined;
  } catch {
    return undefined;
  }
}
