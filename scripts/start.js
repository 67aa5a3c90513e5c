#!/usr/bin/env -S node --max-semi-space-size=16
// Plain JavaScript, because Node.js would strip the types of its first file anew each time, which takes longer than all the rest.
// A fleet is rendered piece by piece, so a small space for young objects costs no time and saves a hundred megabytes.
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { startProgram } = await import('./program/start-program.ts');
await startProgram();
