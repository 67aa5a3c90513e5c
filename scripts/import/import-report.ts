import { escapeControls } from '../escape-controls.ts';
import { COMMAND, MARKS, paint, plural, print, printTable } from '../print.ts';
import type { Outcome } from './fields.ts';
import type { ImageNeed } from './images.ts';
import type { NeededSecret } from './stack-plan.ts';

/** What became of one field of one resource. */
export interface ImportEntry {
  readonly file: string;
  readonly line: number;
  readonly kind: string;
  readonly name: string;
  readonly path: string;
  readonly outcome: Outcome;
  readonly reason: string;
}

/** A stack that was made. */
export interface ImportedStack {
  readonly org: string;
  readonly file: string;
  readonly text: string;
  /** `2 agents, 1 tool`. */
  readonly parts: string;
}

/** What an import has led to. */
export interface ImportResult {
  readonly written: boolean;
  readonly stacks: readonly ImportedStack[];
  /** What each environment has to have. */
  readonly environment: {
    readonly orgs: readonly string[];
    readonly images: readonly ImageNeed[];
    /** Keys of Secrets that have to be there. */
    readonly secrets: readonly NeededSecret[];
    /** Other things, and why. */
    readonly needs: Readonly<Record<string, string>>;
  };
  readonly fields: Readonly<Record<Outcome, number>>;
  readonly entries: readonly ImportEntry[];
}

const MOST_ROWS = 200;

/** Shows a result to people. */
export function printImport(result: ImportResult): void {
  for (const { file, parts } of result.stacks) print(`${MARKS.added} ${file}  ${parts || 'an empty org'}`);
  printEntries('Changed', result.entries, 'changed');
  printEntries('Not carried over', result.entries, 'left');
  printEnvironment(result);
  const { carried, changed, left } = result.fields;
  print(`\n${plural(carried, 'field')} carried over, ${changed} changed, ${left} not carried over.`);
  if (!result.written) return print('Nothing was written.');
  print(`Next: add what is missing to environments/<env>.yaml, then run '${COMMAND} synth'.`);
}

function printEntries(title: string, entries: readonly ImportEntry[], outcome: Outcome): void {
  const found = entries.filter((entry) => entry.outcome === outcome);
  if (found.length === 0) return;
  print(`\n${paint.bold(title)}`);
  const rows = found
    .slice(0, MOST_ROWS)
    .map(({ file, line, kind, name, path, reason }) =>
      [`${file}:${line}`, `${kind} ${name}`.trim(), path || 'all of it', reason].map(escapeControls),
    );
  printTable(['WHERE', 'RESOURCE', 'FIELD', 'WHY'], rows);
  if (found.length > rows.length) print(`and ${found.length - rows.length} more; --output json shows all`);
}

function printEnvironment({ environment: { orgs, images, secrets, needs } }: ImportResult): void {
  if (orgs.length === 0) return;
  print(`\n${paint.bold('Each environment needs')}`);
  print(['orgs:', ...orgs.map((org) => `  ${org}: {}`)].join('\n'));
  if (images.length > 0) print(['images:', ...images.map(describeImage)].join('\n'));
  for (const { namespace, name, key } of secrets) print(escapeControls(`# Secret ${name} in namespace ${namespace}, with the key ${key}`));
  for (const [what, why] of Object.entries(needs)) print(`# ${what}: ${why}`);
}

function describeImage({ name, image, locked }: ImageNeed): string {
  const key = /^[a-z][-a-z0-9._]*$/.test(name) ? name : `'${name}'`;
  if (locked !== undefined) return `  ${key}: ${locked}`;
  const what = image === undefined ? 'not known to the input' : `${image} names no digest`;
  return escapeControls(`  # ${key}: <registry>/<name>@sha256:<digest>   ${what}`);
}
