import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const CONSTRUCTS = join(import.meta.dirname, '..', 'constructs');
/** Interfaces that users do not write: what constructs hold, and what they report. */
const NOT_WRITTEN = new Set(['Cidr', 'JobLimits', 'Manifest', 'ObjectMeta', 'Preset', 'Problem', 'RemoteServer', 'ScheduleBehaviour']);

/** Every prop that a user can write, as `AgentProps.run`, read from the sources of `constructs/`. */
export function writtenProps(): string[] {
  const sources = readdirSync(CONSTRUCTS).filter((file) => file.endsWith('.ts') && !/\.test(-d)?\.ts$/.test(file));
  return sources.flatMap((file) => propsIn(readFileSync(join(CONSTRUCTS, file), 'utf8'))).sort();
}

function propsIn(source: string): string[] {
  const interfaces = source.matchAll(/^(?:export )?interface (\w+)[^\n]*\{\n(.*?)^\}/gms);
  return [...interfaces].flatMap(([, name = '', body = '']) => {
    if (NOT_WRITTEN.has(name)) return [];
    const fields = body.matchAll(/^ {2}readonly (\w+)\??: (.*)$/gm);
    return [...fields].filter(([, , type]) => type !== 'never;').map(([, field]) => `${name}.${field}`);
  });
}
