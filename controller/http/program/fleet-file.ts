import { readFileSync } from 'node:fs';
import { CONTRACT_VERSION, type Fleet, FleetSchema } from '../../contract/wire/index.ts';
import { parseJson } from '../messages/json.ts';
import { compileCheck } from '../messages/validation.ts';

/**
 * Reads `fleet.json`.
 *
 * @throws Error if it cannot be read, is not valid, or was written for a newer contract
 */
export function readFleet(file: string): Fleet {
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
