import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const START = /#region\s+(\S+)\s*(?:\*\/)?$/;
const END = /#endregion\b/;

/** Thrown when a document names a region that is not there. */
export class UnknownRegionError extends Error {
  override readonly name = 'UnknownRegionError';
}

/**
 * The text of a region: what stands between `#region <name>` and its `#endregion`, in a comment of any language, without the
 * indentation that all lines share. `stacks/hello.ts#agent` names a region, `rendered/dev/hello/greeter.yaml` a whole file. A stack of a
 * guide imports from the package, as those of its readers do.
 *
 * @throws UnknownRegionError when there is no such file or region
 */
export function readRegion(root: string, reference: string): string {
  const [file = '', name] = reference.split('#');
  const path = join(root, file);
  if (!existsSync(path)) throw new UnknownRegionError(`there is no file ${file}`);
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const inside = name === undefined ? lines.filter((line) => !START.test(line.trimEnd()) && !END.test(line)) : linesOf(lines, file, name);
  return dedent(inside).join('\n').replace("from '../../index.ts'", "from 'fleetwright'");
}

function linesOf(lines: readonly string[], file: string, name: string): string[] {
  const start = lines.findIndex((line) => START.exec(line.trimEnd())?.[1] === name);
  if (start === -1) throw new UnknownRegionError(`${file} has no line '#region ${name}'`);
  let depth = 1;
  const inside: string[] = [];
  for (const line of lines.slice(start + 1)) {
    if (START.test(line.trimEnd())) depth++;
    else if (END.test(line) && --depth === 0) return inside;
    else if (!END.test(line)) inside.push(line);
  }
  throw new UnknownRegionError(`${file} has no '#endregion' for '#region ${name}'`);
}

function dedent(lines: readonly string[]): string[] {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const common = Math.min(...indents);
  return trimBlank(lines.map((line) => line.slice(common).trimEnd()));
}

function trimBlank(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line !== '');
  return first === -1 ? [] : lines.slice(first, lines.findLastIndex((line) => line !== '') + 1);
}
