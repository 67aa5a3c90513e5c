import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { plainAgent } from '../plain-agent.ts';
import { orgNames, seatsOf } from '../seats.ts';
import { runProgram } from './program.ts';

/** Characters that are written at once. */
const CHUNK = 1_048_576;

/** The least that any program has to do: the same data as plain objects, one JSON document on each line of one file. */
await runProgram((agents, folder) => {
  const file = openSync(join(folder, 'fleet.json'), 'w');
  let text = '';
  for (const org of orgNames()) {
    for (const seat of seatsOf(org, agents)) {
      for (const object of plainAgent(seat)) text += `${JSON.stringify(object)}\n`;
      if (text.length < CHUNK) continue;
      writeSync(file, text);
      text = '';
    }
  }
  writeSync(file, text);
  closeSync(file);
});
