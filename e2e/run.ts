import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { BuiltBinary } from './binaries/index.ts';
import { RunFolder } from './cluster/index.ts';
import { printReport, type TierResult } from './report.ts';
import { runTier } from './run-tier.ts';
import { type Tier, tiers } from './tiers.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const USAGE = `Usage: node e2e/run.ts <tier…|all> [--tree <folder>] [--report <file>]

  node e2e/run.ts api               judge rendered/ with a real API server
  node e2e/run.ts all --tree dist   every tier, on another rendered tree
  node e2e/run.ts all --report out.json
                                    and write how many tests ran and passed, as JSON

Tiers:
${tiers.map(({ name, shows }) => `  ${name.padEnd(9)} ${shows}`).join('\n')}

Exit codes: 0 no tier failed, 1 a tier failed, 2 wrong use. A tier whose program is not on the PATH is listed as not run.`;

const { wanted, tree: judged, report: reportFile } = readArguments();
process.exitCode = await main(wanted, judged, reportFile);

async function main(chosen: readonly Tier[], path: string, output: string | undefined): Promise<number> {
  for (const folder of RunFolder.sweepAbandoned()) log(`removed ${folder}, which an earlier run left behind`);
  const run = RunFolder.create();
  leaveNothingOnSignals(run);
  const built: BuiltBinary[] = [];
  const results: TierResult[] = [];
  try {
    for (const tier of chosen) results.push(await runTier(tier, { root: ROOT, run, tree: path, built, log }));
    printReport(built, results);
    if (output !== undefined) writeFileSync(output, toJson(results));
  } finally {
    run.killProcesses();
    run.remove();
  }
  return results.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
}

/** For programs that add up tests of several kinds. */
function toJson(results: readonly TierResult[]): string {
  return JSON.stringify(results.map(({ tier, outcome, tests, passed }) => ({ name: tier.name, outcome, tests, passed })));
}

/** Interrupted, a run still leaves nothing behind. */
function leaveNothingOnSignals(run: RunFolder): void {
  const codes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
  for (const [signal, code] of Object.entries(codes)) {
    process.once(signal, () => {
      run.killProcesses();
      run.remove();
      process.exit(code);
    });
  }
}

function readArguments(): { wanted: readonly Tier[]; tree: string; report: string | undefined } {
  const { values, positionals } = parseOrExit();
  if (values.help) exitWith(USAGE, 0);
  const unknown = positionals.filter((name) => name !== 'all' && !tiers.some((tier) => tier.name === name));
  if (unknown.length > 0) exitWith(`there is no tier ${unknown.join(', ')}\n\n${USAGE}`, 2);
  if (positionals.length === 0) exitWith(`which tier?\n\n${USAGE}`, 2);
  const chosen = positionals.includes('all') ? tiers : tiers.filter(({ name }) => positionals.includes(name));
  return { wanted: chosen, tree: resolve(values.tree), report: values.report };
}

function parseOrExit(): { values: { tree: string; report?: string; help: boolean }; positionals: string[] } {
  const tree = { type: 'string', default: join(ROOT, 'rendered') } as const;
  const report = { type: 'string' } as const;
  const help = { type: 'boolean', short: 'h', default: false } as const;
  try {
    return parseArgs({ options: { tree, report, help }, allowPositionals: true });
  } catch (error) {
    return exitWith(`${(error as Error).message}\n\n${USAGE}`, 2);
  }
}

function exitWith(text: string, code: number): never {
  if (code === 0) console.log(text);
  else console.error(text);
  process.exit(code);
}

function log(line: string): void {
  console.log(`e2e: ${line}`);
}
