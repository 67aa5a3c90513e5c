import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from './connection.ts';
import { agentNames, orgNames } from './estate.ts';
import { makeTokens, type Program } from './program.ts';
import { StreamReader } from './stream-reader.ts';

/** How many are opened at once. */
const PIECE = 100;

/** How many streams one token may have open, with some to spare. */
const PER_TOKEN = 500;

/** How long an event may take to reach all of them, in milliseconds. */
const PATIENCE_MS = 60_000;

/** Files that programs have open besides. */
const OTHER_FILES = 100;

/** What it costs to let many follow what happens. */
export interface Readers {
  /** With all of them reading, and right after all have come back at once, when what they left is not cleared away yet. */
  readonly memoryMb: number;
  readonly backMb: number;
  /** From an event until the last reader has it, in milliseconds. */
  readonly lastMs: number;
  /** Events that readers did not get, or got again, or too early, when all came back with their last id while more happened. */
  readonly lost: number;
  readonly doubled: number;
  /** Events that each of them got. */
  readonly events: number;
}

/** Lets so many read, lets something happen, drops all of them, and lets them come back while more happens. @throws Error if there may not be so many files */
export async function measureReaders(folder: string, controller: Program, count: number): Promise<Readers> {
  checkFiles(count);
  const [tokens] = await makeTokens(folder, controller.port);
  const [org = ''] = orgNames;
  const admin = tokens?.admin ?? '';
  const connection = await Connection.open(controller.port);
  const send = async (path: string, body?: object) =>
    JSON.parse(
      (await connection.send(body === undefined ? 'GET' : 'POST', `/v1/orgs/${org}${path}`, admin, JSON.stringify(body))).body,
    ) as unknown;
  const viewers: string[] = [];
  for (let made = 0; made * PER_TOKEN < count; made += 1)
    viewers.push(((await send('/tokens', { name: 'viewer', role: 'viewer' })) as { token: string }).token);
  const readers = Array.from(
    { length: count },
    (_, i) => new StreamReader(controller.port, `/v1/orgs/${org}/events`, viewers[Math.floor(i / PER_TOKEN)] ?? ''),
  );
  const happen = async () => send('/tasks', { tasks: [{ agent: agentNames.at(-1), title: 'A task' }] });

  await open(readers);
  const [start = ''] = readers.map(({ last }) => last);
  const begin = performance.now();
  await happen();
  await untilAll(readers, 1);
  const lastMs = performance.now() - begin;
  const memoryMb = controller.memoryMb();

  let told = 1;
  for (const reader of readers) reader.close();
  await open(readers, async () => {
    await happen();
    told += 1;
  });
  await happen();
  told += 1;
  await untilAll(readers, told);
  const backMb = controller.memoryMb();
  const { items } = (await send(`/events?after=${start}&limit=500`)) as { items: { id: string }[] };
  for (const reader of readers) reader.close();
  connection.close();
  return {
    memoryMb,
    backMb,
    lastMs,
    events: told,
    ...compare(
      readers,
      items.map(({ id }) => id),
    ),
  };
}

/** @param between what happens after each piece */
async function open(readers: readonly StreamReader[], between?: () => Promise<void>): Promise<void> {
  for (let opened = 0; opened < readers.length; opened += PIECE) {
    await Promise.all(readers.slice(opened, opened + PIECE).map(async (reader) => reader.open()));
    await between?.();
  }
}

async function untilAll(readers: readonly StreamReader[], events: number): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  const left = () => readers.filter(({ seen }) => seen.length < events).length;
  for (; left() > 0 && performance.now() < end;) await sleep(10);
}

function compare(readers: readonly StreamReader[], ids: readonly string[]): { readonly lost: number; readonly doubled: number } {
  let [lost, doubled] = [0, 0];
  for (const { seen } of readers) {
    const known = new Set(seen);
    lost += ids.filter((id) => !known.has(id)).length;
    doubled += seen.filter((id, i) => id !== ids[i] && (seen.indexOf(id) < i || !ids.includes(id))).length;
  }
  return { lost, doubled };
}

/** Node.js takes as many as it may by itself. */
function checkFiles(count: number): void {
  const [, , hard = ''] = /Max open files\s+(\d+)\s+(\S+)/.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  if (hard !== 'unlimited' && Number(hard) < count + OTHER_FILES)
    throw new Error(`A program may have ${hard} files open here, and ${count} readers need more: raise it with 'ulimit -Hn ${2 * count}'`);
}
