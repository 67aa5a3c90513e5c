import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const ROOT = join(import.meta.dirname, '..');

/** A program as a package would hold it: JavaScript, in few files. */
export interface CompiledProgram {
  /** The command line. */
  readonly cli: string;
  /** What stacks import. */
  readonly constructs: string;
}

/** Compiles the command line and the constructs into a folder, with one copy of what both use. */
export async function compile(folder: string): Promise<CompiledProgram> {
  const bundle = await rolldown({
    input: { cli: join(ROOT, 'scripts', 'cli.ts'), constructs: join(ROOT, 'constructs', 'index.ts') },
    external: /^[^./]/,
    platform: 'node',
    plugins: [{ name: 'data files stay where they are', transform: { filter: { id: /\.ts$/ }, handler: keepPlace } }],
  });
  await bundle.write({ dir: folder, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' });
  await bundle.close();
  return { cli: join(folder, 'cli.mjs'), constructs: join(folder, 'constructs.mjs') };
}

function keepPlace(code: string, id: string): string {
  return code
    .replaceAll('import.meta.dirname', JSON.stringify(dirname(id)))
    .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href));
}
