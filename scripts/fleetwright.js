#!/usr/bin/env -S node --max-semi-space-size=8 --initial-heap-size=128
// Plain JavaScript, because Node.js strips the types of its first file anew each time, which takes longer than all that `--help` does.
import module from 'node:module';
import { setFlagsFromString } from 'node:v8';

/** The oldest Node.js that runs stacks as they are written. */
const OLDEST = [22, 18];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(
    `Fleetwright needs Node.js ${OLDEST.join('.')} or newer, and this is ${process.versions.node}; install a newer one.\n`,
  );
  process.exit(2);
}

// Most runs end before they win back what the engine's last compiler costs, a tenth of all their processor time: it is kept for the
// few functions that a large fleet calls most.
setFlagsFromString('--invocation-count-for-turbofan=200000');

// What follows is loaded after this call, so that Node.js keeps its compiled form for the next run.
module.enableCompileCache();
await import('./cli.ts');
