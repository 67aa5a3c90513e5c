import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { paint, print } from '../print.ts';
import { runSteps, type StepResult } from './run-steps.ts';
import { stepGroups } from './steps.ts';

const ROOT = dirname(dirname(import.meta.dirname));
const NAMES = stepGroups.flat().map(({ name }) => name);
const USAGE = `Usage: npm run check -- [step…] [--skip <step>]

  npm run check                  everything that must hold before a commit
  npm run check -- lint docs     two steps only
  npm run check -- --skip tests  all but one

Steps: ${NAMES.join(', ')}. Exit codes: 0 all hold, 1 one does not, 2 wrong use.`;

process.exitCode = await check(process.argv.slice(2));

async function check(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { skip: { type: 'string', multiple: true, default: [] }, help: { type: 'boolean', short: 'h', default: false } },
  });
  const unknown = [...positionals, ...values.skip].filter((name) => !NAMES.includes(name));
  if (values.help || unknown.length > 0) {
    print(unknown.length > 0 ? `There is no step ${unknown.join(', ')}.\n\n${USAGE}` : USAGE);
    return values.help ? 0 : 2;
  }
  const isWanted = (name: string) => (positionals.length === 0 || positionals.includes(name)) && !values.skip.includes(name);
  const groups = stepGroups.map((group) => group.filter(({ name }) => isWanted(name)));
  const results = await runSteps(groups, { root: ROOT, lanes: 2, onResult: printResult });
  return summarize(results);
}

function printResult({ name, seconds, problems }: StepResult): void {
  const mark = problems.length === 0 ? paint.green('ok    ') : paint.red('FAILED');
  print(`${mark} ${name.padEnd(14)} ${seconds.toFixed(1).padStart(6)} s`);
}

function summarize(results: readonly StepResult[]): number {
  const failed = results.filter(({ problems }) => problems.length > 0);
  for (const { name, problems } of failed) print(`\n${paint.bold(paint.red(name))}\n${problems.join('\n')}`);
  print(
    failed.length === 0
      ? `\nAll ${results.length} steps hold.`
      : `\n${failed.length} of ${results.length} steps failed: ${failed.map(({ name }) => name).join(', ')}.`,
  );
  return failed.length === 0 ? 0 : 1;
}
