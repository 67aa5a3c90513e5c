// LEAD (12:40): STOP this approach. No self-written linker and no launcher cache in scripts/: it breaks call sites (file:line of stacks), doubles module
// identity and is a second loader. Instead: bench/compile.ts compiles + bundles the program ONCE into a temp folder with 'rolldown' (1.2.19, already in
// node_modules through vitest; I add it to devDependencies), code splitting, entries scripts/cli.ts and constructs/index.ts (one instance of the constructs;
// the bench project's stacks import the compiled constructs), a small plugin replaces import.meta.dirname by the source folder. Rows '--help' and 'start to
// first file' measure that compiled program, and the table says 'compiled and bundled, as a package would be'. Also report the same rows from source,
// without a gate. Reduce what is loaded (module count < 150 from source) by lazy imports only. Delete scripts/program/. Please finish by 13:05.
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { exportsOf, linkProgram, type LinkOptions } from './link.ts';

/** The linked program, ready to be written. */
export interface LinkedSources {
  /** Name of each module → its text. `library.mjs` stands in for the library's own file. */
  readonly modules: Readonly<Record<string, string>>;
  readonly files: readonly string[];
}

/** Links the command line of the project at `root`, without types. */
export function linkSources(root: string, library: string): LinkedSources {
  const packages = { commander: join(root, 'node_modules', 'commander', 'index.js') };
  const options: LinkOptions = { entry: join(root, 'scripts', 'cli.ts'), library, packages };
  const { files, rest, start } = linkProgram(options);
  const own = ['link-sources.ts', 'link.ts', 'start-program.ts'].map((name) => join(import.meta.dirname, name));
  const modules = { 'library.mjs': formatLibrary(exportsOf(options)), 'rest.mjs': withoutTypes(rest), 'start.mjs': withoutTypes(start) };
  return { files: [...files, ...own], modules };
}

function formatLibrary(names: readonly string[]): string {
  return `import { library } from './rest.mjs';\nexport const { ${names.join(', ')} } = library();\n`;
}

/** Node.js calls this function experimental and warns of it, although it does the same by itself with every file of ours. */
function withoutTypes(text: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(text);
  } finally {
    process.emitWarning = emitWarning;
  }
}
