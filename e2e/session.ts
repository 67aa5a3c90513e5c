import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BinaryName } from './binaries/index.ts';
import { type ApiObject, RUN_VARIABLE, RunFolder } from './cluster/index.ts';

/** What `e2e/run.ts` prepared for the tests. */
export interface Session {
  /** Root of the rendered tree that is judged. */
  readonly tree: string;
  readonly binaries: Readonly<Partial<Record<BinaryName, string>>>;
  /** Folder of the kwok module. */
  readonly kwokModule: string;
  readonly customResources: readonly ApiObject[];
}

/** A number worth showing at the end: `dev` · `objects applied` · 120. */
export interface Measurement {
  readonly subject: string;
  readonly what: string;
  readonly value: number | string;
}

/** The session of this test run. */
export function currentSession(): Session & { readonly run: RunFolder } {
  const path = process.env[RUN_VARIABLE];
  if (path === undefined) throw new Error('these tests need programs that are built first; run them with: npm run e2e:api');
  return { ...(JSON.parse(readFileSync(join(path, 'session.json'), 'utf8')) as Session), run: new RunFolder(path) };
}

/** Writes the session where the tests find it. */
export function writeSession(run: RunFolder, session: Session): void {
  writeFileSync(join(run.path, 'session.json'), JSON.stringify(session));
}

/** Notes a number for the table at the end. */
export function measure(run: RunFolder, measurement: Measurement): void {
  appendFileSync(join(run.path, 'measurements'), `${JSON.stringify(measurement)}\n`);
}

/** Hands over the numbers noted so far, once. */
export function takeMeasurements(run: RunFolder): Measurement[] {
  const path = join(run.path, 'measurements');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  rmSync(path);
  return lines.map((line) => JSON.parse(line) as Measurement);
}
