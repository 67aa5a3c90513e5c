import { dirname } from 'node:path';
import { FleetwrightError } from '../../constructs/index.ts';
import { loadFleets, type SelectionOptions } from '../load-fleet.ts';
import { plural, printAside } from '../print.ts';
import { createFolder, look, read, replace, telling } from '../tree/files.ts';
import { drawMermaid } from './mermaid.ts';
import { drawPicture, type OrgPicture, pictureOrgs } from './picture.ts';

/** More edges than these, Mermaid refuses to draw. @see https://mermaid.js.org/config/schema-docs/config.html#maxedges */
const MOST_EDGES = 500;

/** A picture is told by its beginning. In bytes. */
const HEAD_BYTES = 64;
/** How a picture begins, of this program or another. */
const PICTURE = /^\s*(<\?xml|<svg|flowchart |$)/;

/** Options of `fleetwright graph`. */
export interface GraphOptions extends SelectionOptions {
  readonly format: 'mermaid' | 'svg';

  /**
   * The file that it is written to.
   *
   * @default standard output
   */
  readonly out?: string;
}

/** Draws who may reach what. Answers with the exit code. */
export async function graph({ format, out, ...selection }: GraphOptions): Promise<number> {
  const orgs = pictureOrgs(await loadFleets(selection));
  const text = format === 'svg' ? drawPicture(orgs) : drawMermaid(orgs);
  if (format === 'mermaid') warnOfEdges(orgs);
  if (out === undefined) process.stdout.write(text);
  else writeOut(out, text);
  return 0;
}

function warnOfEdges(orgs: readonly OrgPicture[]): void {
  const edges = orgs.reduce((sum, { groups }) => sum + groups.links.length, 0);
  if (edges > MOST_EDGES)
    printAside(
      `This has ${plural(edges, 'edge')}; Mermaid draws ${MOST_EDGES}. Choose orgs with --org, or draw an SVG, which has no limit.`,
    );
}

/** Replaces a picture, and nothing else: a slip of the hand may name a stack. */
function writeOut(file: string, text: string): void {
  telling('The picture was not written.', () => {
    const found = look(file);
    if (found?.isFile() === false) throw refuse(file, 'is no plain file; name one, or leave --out out and pipe the picture on');
    if (found !== undefined && !PICTURE.test(read(file).toString('utf8', 0, HEAD_BYTES))) {
      throw refuse(file, 'is there already, and is no picture; name another file, or move it away');
    }
    createFolder(dirname(file));
    replace(file, text);
  });
}

function refuse(file: string, why: string): FleetwrightError {
  return new FleetwrightError('FW_USAGE', `${file} ${why}; nothing was written`);
}
