#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// What follows is loaded after this call, so that Node.js keeps its compiled form for the next run.
enableCompileCache();
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
