#!/usr/bin/env -S node --max-semi-space-size=8 --initial-heap-size=128
// Plain JavaScript, because Node.js strips the types of its first file anew each time, which takes longer than all that `--help` does.

/** The oldest Node.js that runs stacks as they are written. */
const OLDEST = [22, 18];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(
    `Fleetwright needs Node.js ${OLDEST.join('.')} or newer, and this is ${process.versions.node}; install a newer one.\n`,
  );
  process.exit(2);
}

if (!printedHelp(process.argv.slice(2))) {
  // Most runs end before they win back what the engine's last compiler costs, a tenth of all their processor time: it is kept for the
  // few functions that a large fleet calls most, and no loop is compiled while it runs, which costs a small change as much again.
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  for (const flag of ['--invocation-count-for-turbofan=200000', '--no-use-osr']) setFlagsFromString(flag);

  // What follows is loaded after this call, so that Node.js keeps its compiled form for the next run.
  process.getBuiltinModule('node:module').enableCompileCache();
  await import('./cli.ts');
}

/**
 * The help of the program is always the same: the build puts it beside this file, and nothing has to be loaded to print it. Modules of
 * Node.js are taken as they are: an import would make ready all that they export, streams among it.
 *
 * @param {string[]} args
 */
function printedHelp(args) {
  if (args.length !== 1 || (args[0] !== '--help' && args[0] !== '-h')) return false;
  try {
    process.stdout.write(process.getBuiltinModule('node:fs').readFileSync(new URL('help.txt', import.meta.url)));
    return true;
  } catch {
    return false;
  }
}
