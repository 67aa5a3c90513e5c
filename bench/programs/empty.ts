import { join } from 'node:path';
import { PROGRAM, runProgram } from './program.ts';

/** Same imports as `ours`, on a project without agents: what starting costs. */
await runProgram(async (_agents, folder) => {
  process.chdir(folder);
  process.argv.splice(2, Infinity, 'synth');
  await import(PROGRAM);
  await import(join(folder, 'fleet.ts'));
});
