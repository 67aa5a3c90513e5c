#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Whoever reads may have read enough, as `head` has: nobody is there to be told.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`The output cannot be written: ${error.message}\n`);
  process.exit(2);
});

// What follows is loaded after this call, so that Node.js keeps its compiled form for the next run.
enableCompileCache();
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
