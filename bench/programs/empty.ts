import { runProgram } from './program.ts';

/** Same imports as `ours`, on a project without agents: what starting costs. */
await runProgram(async (_agents, folder) => {
  process.chdir(folder);
  process.argv.splice(2, Infinity, 'synth');
  // oxlint-disable-next-line no-restricted-imports -- the program itself is measured, as people start it
  await import('../../scripts/fleetwright.js');
  await import('../fleet.ts');
});
