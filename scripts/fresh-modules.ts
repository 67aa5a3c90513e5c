import { registerHooks } from 'node:module';
import { join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const OWN = join(import.meta.dirname, '..');
const OWN_STACKS = join(OWN, 'stacks');

/**
 * Lets stacks, and what they import of their project, be loaded again after a change. Node.js loads each address once, so a changed
 * file gets a new one, and so does every file that imports it. Packages and Fleetwright itself stay: their classes must be the same.
 */
export class FreshModules {
  readonly #root: string;
  /** File → the files that import it. */
  readonly #importers = new Map<string, Set<string>>();
  readonly #versions = new Map<string, number>();

  /** @param root the project's folder */
  constructor(root: string) {
    this.#root = root + sep;
    registerHooks({
      resolve: (specifier, context, nextResolve) => {
        const resolved = nextResolve(specifier, context);
        const file = this.#reloadable(resolved.url);
        if (file === undefined) return resolved;
        this.#remember(file, context.parentURL);
        const version = this.#versions.get(file);
        return version === undefined ? resolved : { ...resolved, url: `${pathToFileURL(file).href}?version=${version}` };
      },
    });
  }

  /** All files that were loaded through it. */
  get files(): string[] {
    return [...this.#importers.keys()];
  }

  /** Has a file and all that import it loaded anew, when they are imported next. Answers with these; empty if it was never loaded. */
  change(file: string): ReadonlySet<string> {
    const changed = new Set<string>();
    const add = (each: string) => {
      const importers = this.#importers.get(each);
      if (changed.has(each) || importers === undefined) return;
      changed.add(each);
      this.#versions.set(each, (this.#versions.get(each) ?? 0) + 1);
      importers.forEach(add);
    };
    add(file);
    return changed;
  }

  #reloadable(url: string): string | undefined {
    if (!url.startsWith('file:')) return undefined;
    const file = fileURLToPath(url.split('?')[0] ?? url);
    if (!file.startsWith(this.#root) || file.includes(`${sep}node_modules${sep}`)) return undefined;
    return file.startsWith(OWN + sep) && !file.startsWith(OWN_STACKS + sep) ? undefined : file;
  }

  #remember(file: string, parentUrl: string | undefined): void {
    const importers = this.#importers.get(file) ?? new Set();
    this.#importers.set(file, importers);
    const parent = parentUrl === undefined ? undefined : this.#reloadable(parentUrl);
    if (parent !== undefined) importers.add(parent);
  }
}
