import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CONTRACT_VERSION, type Fleet, FleetSchema } from '../../contract/wire/index.ts';
import { parseJson } from '../messages/json.ts';
import { compileCheck } from '../messages/validation.ts';

/**
 * Reads `fleet.json`, or all files of a folder whose names end with `.json`, each of which tells of some of the orgs.
 *
 * @throws Error if one cannot be read, is not valid, or was written for a newer contract, or if two tell of one org
 */
export function readFleet(path: string): Fleet {
  const files = filesOf(path);
  const fleet: Fleet = { contract: CONTRACT_VERSION, orgs: {} };
  for (const file of files) {
    const { orgs } = readFile(file);
    const twice = Object.keys(orgs).find((org) => Object.hasOwn(fleet.orgs, org));
    if (twice !== undefined) throw new Error(`'${file}' tells of org '${twice}', and so does another file of '${path}'; keep one`);
    Object.assign(fleet.orgs, orgs);
  }
  return fleet;
}

function filesOf(path: string): string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  const names = readdirSync(path).filter((name) => name.endsWith('.json'));
  if (names.length === 0) throw new Error(`The folder '${path}' holds no file that ends with .json`);
  return names.sort().map((name) => join(path, name));
}

function readFile(file: string): Fleet {
  const value = parse(file);
  const written = typeof value === 'object' && value !== null && 'contract' in value ? String(value.contract) : '';
  if (isNewer(written, CONTRACT_VERSION))
    throw new Error(
      `'${file}' was written for contract ${written}, and this program knows ${CONTRACT_VERSION}; upgrade it before what writes the file`,
    );
  const refusal = compileCheck(FleetSchema)(value);
  if (refusal !== undefined) throw new Error(`'${file}' is not valid: ${refusal.message}`);
  return value as Fleet;
}

function parse(file: string): unknown {
  try {
    return parseJson(readFileSync(file));
  } catch (cause) {
    throw new Error(`'${file}' cannot be read: ${cause instanceof Error ? cause.message : 'no reason is known'}`, { cause });
  }
}

/** Whether a version such as `1.3` promises what the other one does not know. */
function isNewer(version: string, known: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [knownMajor = 0, knownMinor = 0] = known.split('.').map(Number);
  return major > knownMajor || (major === knownMajor && minor > knownMinor);
}
