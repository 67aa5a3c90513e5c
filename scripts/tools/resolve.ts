import {
  type AskedRange,
  type CatalogueTool,
  type LockedTool,
  toolFiles,
  type ToolCatalogue,
  type ToolLock,
} from '../../environments/index.ts';
import { pickNewest } from './candidate.ts';
import { findPackageVersions } from './npm.ts';
import { ImageRepository } from './oci.ts';
import { forEachTool, unresolved } from './unresolved.ts';

/** How a lock is made. */
export interface ResolveOptions {
  /** Names of the tools that are asked for anew, although what is locked satisfies. */
  readonly renew: ReadonlySet<string>;
  /** Runs the servers of packages to read what they say of their tools. */
  readonly describe: boolean;
  /** Takes what goes without such a digest although it was asked for, and why. */
  readonly warn: (text: string) => void;
}

/**
 * The lock that answers a catalogue. What is locked already and still satisfies stays, but for what is to be renewed.
 *
 * @throws FleetwrightError FW_TOOLS_UNRESOLVED
 */
export async function resolveTools(catalogue: ToolCatalogue, before: ToolLock, options: ResolveOptions): Promise<ToolLock> {
  const { renew, describe } = options;
  const files = await toolFiles();
  const resolved = await forEachTool(Object.keys(catalogue).sort(), async (name) => {
    const tool = catalogue[name];
    const old = Object.hasOwn(before, name) ? before[name] : undefined;
    if (tool === undefined) throw new Error(`no tool ${name}`);
    const isKept = old !== undefined && files.isSameSource(tool, old) && files.findBrokenRange(catalogue, name, old) === undefined;
    if (!isKept) return lockNewest(tool, files.rangesOf(catalogue, name), undefined);
    if (renew.has(name)) return lockNewest(tool, files.rangesOf(catalogue, name), old);
    return { ...old, dependencies: tool.dependencies, range: tool.range };
  });
  return Object.fromEntries(describe ? await describeTools(resolved, options) : resolved);
}

async function describeTools(resolved: ReadonlyMap<string, LockedTool>, { renew, warn }: ResolveOptions): Promise<Map<string, LockedTool>> {
  // Loaded only now, because it brings the whole MCP client.
  const { describePackage } = await import('./describe.ts');
  const described = await forEachTool([...resolved.keys()], async (name) => {
    const locked = resolved.get(name);
    const isAsked = locked !== undefined && 'npm' in locked && (locked.descriptions === undefined || renew.has(name));
    return isAsked ? describePackage(locked) : undefined;
  });
  const tools = new Map(resolved);
  for (const [name, { descriptions: _, ...locked }] of resolved) {
    const result = described.get(name);
    if (result === undefined) continue;
    if ('failure' in result) warn(`'${name}' is locked without the digest of what it says of its tools: ${result.failure}`);
    tools.set(name, 'failure' in result ? locked : { ...locked, descriptions: result.digest });
  }
  return tools;
}

async function lockNewest(tool: CatalogueTool, ranges: readonly AskedRange[], old: LockedTool | undefined): Promise<LockedTool> {
  const asked = { dependencies: tool.dependencies, range: tool.range };
  return tool.npm === undefined ? lockImage(tool.image ?? '', asked, ranges, old) : lockPackage(tool.npm, asked, ranges, old);
}

type Asked = Pick<LockedTool, 'dependencies' | 'range'>;

// oxlint-disable-next-line eslint/max-params -- beside its twin below
async function lockPackage(npm: string, asked: Asked, ranges: readonly AskedRange[], old: LockedTool | undefined): Promise<LockedTool> {
  const candidates = await findPackageVersions(npm, asked.range);
  refuseOtherContent(npm, candidates, old);
  const picked = pickNewest(candidates, ranges);
  if (picked === undefined) throw noneFits(ranges, candidates);
  const { version, integrity } = picked;
  if (integrity === undefined) throw unresolved(`npm has no SHA-512 of ${npm}@${version}, as it is too old; ask for a newer version`);
  return { ...keepDescriptions(old, version), ...asked, integrity, npm, version };
}

async function lockImage(image: string, asked: Asked, ranges: readonly AskedRange[], old: LockedTool | undefined): Promise<LockedTool> {
  const repository = new ImageRepository(image);
  const candidates = await repository.versions();
  const picked = pickNewest(candidates, ranges);
  if (picked === undefined) throw noneFits(ranges, candidates);
  const { tag, version } = picked;
  return { ...keepDescriptions(old, version), ...asked, digest: await repository.digest(tag), image, tag, version };
}

/** A version on npm never changes; where it has, either the registry or the lock is wrong. */
function refuseOtherContent(
  npm: string,
  candidates: readonly { version: string; integrity: string | undefined }[],
  old: LockedTool | undefined,
): void {
  const same = old !== undefined && 'npm' in old ? candidates.find(({ version }) => version === old.version) : undefined;
  if (old === undefined || !('npm' in old) || same === undefined || same.integrity === old.integrity) return;
  const what = `npm has another ${npm}@${old.version} than the locked one: ${same.integrity ?? 'without integrity'} instead of ${old.integrity}`;
  throw unresolved(`${what}; versions do not change, so find out whether the registry or the lock was tampered with`);
}

function keepDescriptions(old: LockedTool | undefined, version: string): Pick<LockedTool, 'descriptions'> {
  return old?.descriptions === undefined || old.version !== version ? {} : { descriptions: old.descriptions };
}

function noneFits(ranges: readonly AskedRange[], candidates: readonly { version: string }[]): Error {
  const asked = ranges.map(({ by, range }) => `'${range}' (${by})`).join(' and ');
  const known = candidates.map(({ version }) => version);
  const hint =
    known.length === 0
      ? 'it has no tags that are versions'
      : `it has ${known.slice(-5).join(', ')}${known.length > 5 ? ' and others' : ''}`;
  return unresolved(`no version is in ${asked}; ${hint}`);
}
