#!/usr/bin/env -S node --max-semi-space-size=8
// Plain JavaScript, because Node.js strips the types of its first file anew each time, which takes longer than all that `--help` does.
import { enableCompileCache } from 'node:module';

// What follows is loaded after this call, so that Node.js keeps its compiled form for the next run.
enableCompileCache();
await import('./cli.ts');
