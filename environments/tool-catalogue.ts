import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FleetwrightError, nearest, type ToolTrait } from '../constructs/index.ts';
import { type FileProblem, parseBySchema } from './parse.ts';

/** The catalogue's file, in the root of a project. */
export const CATALOGUE_FILE = 'tools.yaml';

/** What the catalogue says of a tool. Either `npm` or `image` is there. */
export interface CatalogueTool {
  /** What it is for, in a line. */
  readonly description?: string;
  /** The npm package that holds the server. */
  readonly npm?: string;
  /** The image that holds the server, as `registry/name`. */
  readonly image?: string;
  /** The versions that are wanted. */
  readonly range: string;
  /** Names of other tools, and the versions of them that it works with. */
  readonly dependencies: Readonly<Record<string, string>>;
  readonly traits: readonly ToolTrait[];
  /** Names of the server's tools that agents may call; all if absent. */
  readonly allow?: readonly string[];
}

/** Tools by name. */
export type ToolCatalogue = Readonly<Record<string, CatalogueTool>>;

/**
 * Reads the text of `tools.yaml`: strictly, and with every dependency in it.
 *
 * @throws FleetwrightError FW_TOOLS_INVALID, with every problem and its line
 */
export function parseCatalogue(text: string): ToolCatalogue {
  const parsed = parseBySchema(text, readFileSync(join(import.meta.dirname, 'tools.schema.json'), 'utf8'));
  if ('problems' in parsed) throw invalid(parsed.problems);
  const { tools } = parsed.data as { tools: ToolCatalogue };
  const at = (tool: string, dependency: string) => parsed.positionOf(['tools', tool, 'dependencies', dependency]);
  const unknown = findUnknownDependencies(tools, at);
  if (unknown.length > 0) throw invalid(unknown);
  const cycle = findCycle(tools);
  const [tool = '', dependency = ''] = cycle ?? [];
  if (cycle !== undefined) {
    const message = `tools depend on each other in a circle: ${cycle.join(' → ')}; remove one of these dependencies`;
    throw invalid([{ at: at(tool, dependency), message }]);
  }
  return tools;
}

/**
 * The first circle of dependencies in the order of names, its first tool repeated at the end; `undefined` where there is none.
 *
 * @see https://en.wikipedia.org/wiki/Depth-first_search
 */
export function findCycle(tools: Readonly<Record<string, Pick<CatalogueTool, 'dependencies'>>>): string[] | undefined {
  const done = new Set<string>();
  for (const start of Object.keys(tools).sort()) {
    // A stack of its own, because a file may chain more tools than calls may be nested.
    const path: { readonly name: string; readonly rest: string[] }[] = [];
    let next: string | undefined = start;
    while (next !== undefined) {
      const name: string = next;
      const loop = path.findIndex((step) => step.name === name);
      if (loop !== -1) return [...path.slice(loop).map((step) => step.name), name];
      if (!done.has(name)) path.push({ name, rest: Object.keys(tools[name]?.dependencies ?? {}).sort() });
      while (path.length > 0 && path.at(-1)?.rest.length === 0) done.add(path.pop()?.name ?? '');
      next = path.at(-1)?.rest.shift();
    }
  }
  return undefined;
}

function findUnknownDependencies(tools: ToolCatalogue, at: (tool: string, dependency: string) => string): FileProblem[] {
  return Object.entries(tools).flatMap(([name, { dependencies }]) =>
    Object.keys(dependencies)
      .filter((dependency) => !Object.hasOwn(tools, dependency))
      .map((dependency) => {
        const close = nearest(dependency, Object.keys(tools));
        const hint = close === undefined ? 'add it, or remove the dependency' : `did you mean '${close}'?`;
        return { at: at(name, dependency), message: `'${name}' depends on '${dependency}', which is no tool of the catalogue; ${hint}` };
      }),
  );
}

function invalid(problems: readonly FileProblem[]): FleetwrightError {
  const shown = problems.slice(0, 20).map(({ at, message }) => `\n  - ${CATALOGUE_FILE}:${at} ${message}`);
  const rest = problems.length > shown.length ? `\n  and ${problems.length - shown.length} more` : '';
  return new FleetwrightError('FW_TOOLS_INVALID', `${CATALOGUE_FILE} cannot be used:${shown.join('')}${rest}`);
}
