import { ok, problem, type Result } from './result.ts';

/** The oldest that strips types without being asked to. */
const OLDEST = [22, 18] as const;

/** What this Node.js can do. */
export interface NodeFacts {
  readonly version: string;
  /** How it treats TypeScript, `process.features.typescript`: `strip`, or `false` where it has no such feature or was told not to. */
  readonly typescript: unknown;
}

/** Whether Node.js runs stacks as they are written. */
export function checkNode({ version, typescript }: NodeFacts): Result {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    const needed = OLDEST.join('.');
    return problem('node', `${version}, which is older than ${needed}`, `install Node.js ${needed} or later, such as 'nvm install 24'`);
  }
  if (typescript === false || typescript === undefined) {
    const fix = "take --no-strip-types out of NODE_OPTIONS ('unset NODE_OPTIONS'), or install Node.js 24";
    return problem('node', `${version}, which does not strip types, so that no stack can be loaded`, fix);
  }
  return ok('node', `${version}, strips types`);
}
