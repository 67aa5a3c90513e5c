import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FleetwrightError, type RegisteredTool } from '../constructs/index.ts';
import type { ToolCatalogue } from './tool-catalogue.ts';
import type * as ToolFiles from './tool-files.ts';
import type { LockedTool, ToolLock } from './tool-lock.ts';

/** The texts of the catalogue and of the lock; absent where there is no such file. */
export interface ToolTexts {
  readonly catalogue: string | undefined;
  readonly lock: string | undefined;
}

/** What a fleet knows of tools. */
export interface LoadedTools {
  /** Tools by name. */
  readonly tools: Readonly<Record<string, RegisteredTool>>;
  /** The images among them, by their name in the image lock. */
  readonly images: Readonly<Record<string, string>>;
}

/**
 * Reads the files of the tool registry as texts.
 *
 * @throws FleetwrightError FW_TOOLS_INVALID for a file that is there and cannot be read
 */
export function readToolTexts(root: string): ToolTexts {
  return { catalogue: readIfThere(root, 'tools.yaml'), lock: readIfThere(root, 'tools.lock') };
}

/** What reads and writes these files. Loaded when it is asked for, because most runs find what they remember and need none of it. */
export async function toolFiles(): Promise<typeof ToolFiles> {
  return import('./tool-files.ts');
}

/**
 * The tools of a project as its lock pins them. Nothing is asked for over the network.
 *
 * @throws FleetwrightError FW_TOOLS_INVALID, FW_TOOLS_LOCK_INVALID, FW_TOOLS_LOCK_STALE
 */
export async function loadTools({ catalogue, lock }: ToolTexts): Promise<LoadedTools> {
  if (catalogue === undefined && lock === undefined) return { images: {}, tools: {} };
  const { parseCatalogue } = await import('./tool-catalogue.ts');
  const { findStale, parseLock } = await import('./tool-lock.ts');
  const wanted = catalogue === undefined ? {} : parseCatalogue(catalogue);
  const locked = lock === undefined ? {} : parseLock(lock);
  const stale = findStale(wanted, locked);
  if (stale.length === 0) return registerAll(wanted, locked);
  const lines = ["tools.lock does not fit tools.yaml; run 'fleetwright tools resolve' and commit what it writes:", ...stale];
  throw new FleetwrightError('FW_TOOLS_LOCK_STALE', lines.join('\n  - '));
}

/**
 * The image lock of an environment, with the images of tools. Where an environment names one of these itself, as it does for a mirror,
 * it must be the same image.
 *
 * @throws FleetwrightError FW_TOOLS_LOCK_STALE
 */
export function addToolImages(own: Readonly<Record<string, string>>, tools: LoadedTools['images'], file: string): Record<string, string> {
  for (const [name, image] of Object.entries(tools)) {
    const mirror = Object.hasOwn(own, name) ? own[name] : undefined;
    if (mirror === undefined || digestIn(mirror) === digestIn(image)) continue;
    const why = `image '${name}' is ${digestIn(mirror)}, but tools.lock has ${digestIn(image)}: mirror the locked image, or leave the name out`;
    throw new FleetwrightError('FW_TOOLS_LOCK_STALE', `${file} does not fit tools.lock: ${why}`);
  }
  return { ...tools, ...own };
}

function digestIn(image: string): string {
  return image.slice(image.lastIndexOf('@') + 1);
}

function registerAll(catalogue: ToolCatalogue, lock: ToolLock): LoadedTools {
  const tools: Record<string, RegisteredTool> = {};
  const images: Record<string, string> = {};
  for (const [name, { traits, allow, dependencies }] of Object.entries(catalogue)) {
    const locked = lock[name];
    if (locked === undefined) continue;
    const image = imageNameOf(name, locked);
    const kind = 'npm' in locked ? 'npm' : 'image';
    tools[name] = { dependencies: Object.keys(dependencies).sort(), image, kind, traits, ...(allow && { allow }) };
    if (!('npm' in locked)) images[image] = `${locked.image}@${locked.digest}`;
  }
  return { images, tools };
}

/** An npm package is run in an image that was built from it, which the environment names; an image is run as it is. */
function imageNameOf(name: string, locked: LockedTool): string {
  return 'npm' in locked ? `npm/${locked.npm}@${locked.version}` : `tools/${name}@${locked.version}`;
}

/** Reads a plain file. A pipe would never end, and a device might not. */
function readIfThere(root: string, file: string): string | undefined {
  try {
    if (statSync(join(root, file)).isFile()) return readFileSync(join(root, file), 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw unreadable(file, cause);
  }
  throw unreadable(file);
}

function unreadable(file: string, cause?: unknown): FleetwrightError {
  return new FleetwrightError('FW_TOOLS_INVALID', `${file} cannot be read; check that it is a file that you may read`, { cause });
}
