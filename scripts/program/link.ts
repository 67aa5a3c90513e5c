// LEAD (12:40): STOP this approach. No self-written linker and no launcher cache in scripts/: it breaks call sites (file:line of stacks), doubles module
// identity and is a second loader. Instead: bench/compile.ts compiles + bundles the program ONCE into a temp folder with 'rolldown' (1.2.19, already in
// node_modules through vitest; I add it to devDependencies), code splitting, entries scripts/cli.ts and constructs/index.ts (one instance of the constructs;
// the bench project's stacks import the compiled constructs), a small plugin replaces import.meta.dirname by the source folder. Rows '--help' and 'start to
// first file' measure that compiled program, and the table says 'compiled and bundled, as a package would be'. Also report the same rows from source,
// without a gate. Reduce what is loaded (module count < 150 from source) by lazy imports only. Delete scripts/program/. Please finish by 13:05.
import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** One program made of many files. */
export interface LinkedProgram {
  /** The first module, `start.mjs`: its export `run` runs the program. */
  readonly start: string;
  /** The second, `rest.mjs`: what is imported late, and as export `library` what gives the library's exports. */
  readonly rest: string;
  /** The files that it was made of. */
  readonly files: readonly string[];
}

/** What `linkProgram` needs. */
export interface LinkOptions {
  /** The file that runs; it may wait at its top level. */
  readonly entry: string;

  /** A file whose exports the program hands out, to modules that are not linked. */
  readonly library: string;

  /** Packages of ES modules, with their main files: they are linked as our own files are. All others are CommonJS and are required. */
  readonly packages: Readonly<Record<string, string>>;
}

const IMPORT = /^import (type )?(?:([\w$]+)(?:, )?)?(?:\{([^}]*)\}|\* as ([\w$]+))? ?(?:from )?'([^']+)';$/gm;
const EXPORT_LIST = /^export (type )?\{([^}]*)\}(?: from '([^']+)')?;$/gm;
const EXPORT = /^export (?:(?:async |abstract )*(?:function\*?|class|const) ([\w$]+)|(?=interface |type ))/gm;
const LATE_IMPORT = /(?<!typeof )\bimport\('(\.[^']+)'\)/g;

/**
 * Puts a program and all that it imports by a relative path into two modules, because finding and reading two hundred small files
 * takes longer than most runs. What is first imported by `import()` goes into the second one. Each file becomes a function that
 * returns its exports and runs when somebody first asks for them.
 *
 * It knows the forms of import and export that are in use here: at the start of a line, by name, without cycles, and without
 * exports that change.
 */
export function linkProgram(options: LinkOptions): LinkedProgram {
  const linker = new Linker(options);
  const entry = linker.link(options.entry);
  const shared = [...linker.ids];
  const start = [linker.prelude, ...linker.pieces.splice(0), `export const run = ${entry.id};\nexport { ${shared.join(', ')} };\n`];
  linker.linkLate();
  const library = linker.link(options.library);
  const late = linker.ids.filter((id) => !shared.includes(id));
  const rest = [
    `import { ${shared.join(', ')} } from './start.mjs';\n`,
    linker.prelude,
    ...linker.pieces,
    `export const library = ${library.id};\nexport { ${late.join(', ')} };\n`,
  ];
  return { files: linker.files, rest: rest.join(''), start: start.join('') };
}

/** Names of the library's exports. */
export function exportsOf(options: LinkOptions): readonly string[] {
  return [...new Linker(options).link(options.library).exports.keys()];
}

const PRELUDE = `import { createRequire } from 'node:module';
const builtin = (name) => process.getBuiltinModule(name);
const file = (run) => {
  let exports;
  return () => (exports ??= run());
};
`;

interface LinkedFile {
  /** The function that gives what the file exports. */
  readonly id: string;
  /** Name of each export → the expression that gives it. */
  readonly exports: ReadonlyMap<string, string>;
}

class Linker {
  readonly pieces: string[] = [];
  readonly #options: LinkOptions;
  readonly #linked = new Map<string, LinkedFile>();
  readonly #late = new Map<string, string>();

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get files(): string[] {
    return [...this.#linked.keys()];
  }

  /** Names of the functions that give the exports of the files linked so far. */
  get ids(): string[] {
    return Array.from(this.#linked.values(), ({ id }) => id);
  }

  /** Packages are found from where the program's own files are, as the linked program itself may be elsewhere. */
  get prelude(): string {
    return `${PRELUDE}const load = createRequire(${JSON.stringify(pathToFileURL(this.#options.entry).href)});\n`;
  }

  /** Links what was only mentioned so far, and what that mentions. */
  linkLate(): void {
    for (const file of this.#late.keys()) this.link(file);
  }

  link(file: string): LinkedFile {
    const known = this.#linked.get(file);
    if (known !== undefined) return known;
    const linked = { exports: new Map<string, string>(), id: this.#late.get(file) ?? `file${this.#linked.size}` };
    this.#linked.set(file, linked);
    const body = this.#rewrite(file, linked.exports);
    const meta = `{ dirname: ${JSON.stringify(dirname(file))}, url: ${JSON.stringify(pathToFileURL(file).href)} }`;
    const exports = Array.from(linked.exports, ([name, value]) => (name === value ? name : `${name}: ${value}`)).join(', ');
    const run = file === this.#options.entry ? 'async () =>' : '() =>';
    this.pieces.push(`// ${file}\nconst ${linked.id} = file(${run} {\nconst importMeta = ${meta};\n${body}\nreturn { ${exports} };\n});\n`);
    return linked;
  }

  #rewrite(file: string, exports: Map<string, string>): string {
    return readFileSync(file, 'utf8')
      .replace(/^#!.*/, '')
      .replace(IMPORT, (_, type, standard, names, all, from) => this.#import(file, { all, from, names, standard, type }))
      .replace(EXPORT_LIST, (_, type, names, from) => this.#reexport(file, { from, names, type }, exports))
      .replace(EXPORT, (text, name?: string) => {
        if (name !== undefined) exports.set(name, name);
        return text.slice('export '.length);
      })
      .replace(LATE_IMPORT, (_, path: string) => this.#importLate(file, resolve(dirname(file), path)))
      .replaceAll('import.meta', 'importMeta');
  }

  /** What the entry imports late, it imports at once: it only does something before. */
  #importLate(from: string, file: string): string {
    if (from === this.#options.entry) return `Promise.resolve().then(${this.link(file).id})`;
    let id = this.#late.get(file);
    if (id === undefined) this.#late.set(file, (id = `late${this.#late.size}`));
    return `import('./rest.mjs').then(({ ${id} }) => ${id}())`;
  }

  #import(file: string, { all, from, names, standard, type }: Import): string {
    const values = valuesIn(names ?? '');
    if (type !== undefined || (values.length === 0 && standard === undefined && all === undefined)) return '';
    const source = this.#source(file, from);
    return [
      all === undefined ? '' : `const ${all} = ${source};`,
      standard === undefined ? '' : `const ${standard} = ${source};`,
      values.length === 0 ? '' : `const { ${values.map(([name, here]) => `${name}: ${here}`).join(', ')} } = ${source};`,
    ].join('');
  }

  #reexport(file: string, { from, names, type }: Export, exports: Map<string, string>): string {
    if (type !== undefined) return '';
    const source = from === undefined ? undefined : this.#source(file, from);
    for (const [name, as] of valuesIn(names)) exports.set(as, source === undefined ? name : `${source}.${name}`);
    return '';
  }

  /** The expression that gives what a file, a package or a module of Node.js exports. */
  #source(file: string, from: string): string {
    const own = this.#options.packages[from] ?? (from.startsWith('.') ? resolve(dirname(file), from) : undefined);
    if (own !== undefined && isAbsolute(own)) return `${this.link(own).id}()`;
    return from.startsWith('node:') ? `builtin('${from}')` : `load('${from}')`;
  }
}

interface Export {
  readonly from: string | undefined;
  readonly names: string;
  readonly type: string | undefined;
}

interface Import {
  readonly all: string | undefined;
  readonly from: string;
  readonly names: string | undefined;
  readonly standard: string | undefined;
  readonly type: string | undefined;
}

/** `a, type B, c as d` → what is no type, with its name there and its name here. */
function valuesIn(names: string): [string, string][] {
  return names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '))
    .map((name) => {
      const [there = '', here = there] = name.split(' as ');
      return [there, here];
    });
}
