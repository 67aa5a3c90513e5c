import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { isRecord } from '../is-record.ts';

/** The file that says where the fleet of a state folder is found. */
export const RUNNING = 'running.json';

/** Where a running `fleetwright up` is found. */
export interface RunningFleet {
  /** Base URL of the controller. */
  readonly url: string;
  /** File with the first token of each org. */
  readonly tokens: string;
  readonly orgs: readonly string[];
  /** Why agents cannot run here, by their `org/name`. */
  readonly obstacles: Readonly<Record<string, string>>;
}

/** A running `fleetwright up`, and the right to speak with it. */
export interface FoundFleet {
  /** Base URL of the controller. */
  readonly url: string;
  /** The first token of each org. */
  readonly tokens: ReadonlyMap<string, string>;
  /** Why an agent cannot run here, by its `org/name`. */
  readonly obstacles: ReadonlyMap<string, string>;
}

/** Rights that others must not have: a repository cannot bring files without them. */
const OTHERS = 0o077;

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * Where the fleet of a folder is found, if one runs, or ran until it was killed; as a text, why what the folder says is not followed. A cloned
 * repository may bring such a folder, and must not have a token sent to where it likes, nor any other file.
 */
export function findRunning(path: string): FoundFleet | string | undefined {
  const root = realIfThere(resolve(path));
  const file = root && realIfThere(join(root, RUNNING));
  if (root === undefined || file === undefined) return undefined;
  const stranger = [root, file].find((each) => !isPrivate(each));
  if (stranger !== undefined) return `others may write or read ${stranger}, so it is not of 'fleetwright up'`;
  const running = parse(file);
  if (!isRunning(running)) return undefined;
  if (!isOnThisMachine(running.url)) return `${file} names the address '${running.url}', which is not of this machine`;
  const tokens = realIfThere(resolve(running.tokens));
  if (tokens === undefined) return `the tokens of the fleet cannot be read from ${running.tokens}`;
  if (!tokens.startsWith(root + sep) || !isPrivate(tokens)) return `${file} names tokens that are not the folder's own: ${running.tokens}`;
  return { url: running.url, tokens: tokensOf(tokens, running.orgs), obstacles: new Map(Object.entries(running.obstacles)) };
}

/** Whether a file or folder is this user's alone. */
export function isPrivate(path: string): boolean {
  const { uid, mode } = statSync(path);
  // Systems without users of this kind have no such rights either.
  return process.getuid === undefined || (uid === process.getuid() && (mode & OTHERS) === 0);
}

function isOnThisMachine(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'http:' && ['127.0.0.1', '[::1]'].includes(url.hostname) && url.origin === text;
}

function tokensOf(file: string, orgs: readonly string[]): ReadonlyMap<string, string> {
  const all = parse(file);
  const pairs = orgs.flatMap((org) => {
    const token = isRecord(all) && Object.hasOwn(all, org) ? all[org] : undefined;
    return typeof token === 'string' && NAME.test(org) ? [[org, token] as const] : [];
  });
  return new Map(pairs);
}

function isRunning(value: unknown): value is RunningFleet {
  if (!isRecord(value)) return false;
  const { url, tokens, orgs, obstacles } = value;
  const isWhole = typeof url === 'string' && typeof tokens === 'string' && Array.isArray(orgs) && isRecord(obstacles);
  return isWhole && areTexts(orgs) && areTexts(Object.values(obstacles));
}

function areTexts(values: readonly unknown[]): boolean {
  return values.every((each) => typeof each === 'string');
}

function realIfThere(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
