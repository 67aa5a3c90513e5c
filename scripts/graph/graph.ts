import { writeFileSync } from 'node:fs';
import { FleetwrightError } from '../../constructs/index.ts';
import { loadFleets, type SelectionOptions } from '../load-fleet.ts';
import { plural, printAside } from '../print.ts';
import { drawMermaid } from './mermaid.ts';
import { drawPicture, type OrgPicture, pictureOrgs } from './picture.ts';

/** More edges than these, Mermaid refuses to draw. @see https://mermaid.js.org/config/schema-docs/config.html#maxedges */
const MOST_EDGES = 500;

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

function writeOut(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FleetwrightError('FW_OUTPUT_FAILED', `the picture cannot be written to ${file}: ${why}`, { cause });
  }
}
