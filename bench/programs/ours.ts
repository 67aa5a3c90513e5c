import { PROGRAM, runProgram } from './program.ts';

/** The real command line on the generated project in the folder. */
await runProgram(async (_agents, folder) => {
  process.chdir(folder);
  process.argv.splice(2, Infinity, 'synth');
  await import(PROGRAM);
});
