import { FleetwrightError, nearest } from '../../constructs/index.ts';
import { environmentNames } from '../../environments/index.ts';
import { RULES } from '../../policies/index.ts';
import { escapeControls } from '../escape-controls.ts';
import { type DataFormat, paint, print, printData } from '../print.ts';
import type { Answer, Section } from './answer.ts';
import { explainApi, findApiName, readApi } from './api.ts';
import { explainConstruct, readOrgNames } from './construct.ts';
import { explainCode, readCodes } from './code.ts';
import { explainRule } from './rule.ts';

/** Three ids, or a prop of a prop, are much shorter. */
const LONGEST_SUBJECT = 200;

/** Options of `fleetwright explain`. */
export interface ExplainOptions {
  /** What is asked about. */
  readonly subject: string;
  readonly output: DataFormat | 'table';
}

/**
 * Explains a part, a rule, a code or a prop. Answers with the exit code.
 *
 * @throws FleetwrightError FW_USAGE for what nobody knows, and what `loadFleets` throws
 */
export async function explain({ subject, output }: ExplainOptions): Promise<number> {
  const answer = await answerFor(subject);
  if (output === 'table') printAnswer(answer);
  else printData(answer, output);
  return 0;
}

async function answerFor(subject: string): Promise<Answer> {
  if (subject.length > LONGEST_SUBJECT) throw unknownSubject(`${subject.slice(0, LONGEST_SUBJECT)}…`, []);
  if (readCodes().includes(subject)) return explainCode(subject);
  const rule = RULES.find(({ id }) => id === subject);
  if (rule !== undefined) return explainRule(rule);
  if (findApiName(subject) !== undefined) return explainApi(subject);
  if (subject.includes('/')) return explainConstruct(subject.split('/'));
  const orgs = await readOrgNames();
  if (orgs.includes(subject)) return explainConstruct([subject]);
  if (environmentNames(process.cwd()).includes(subject)) {
    const paths = orgs.map((org) => `${subject}/${org}`).join(', ');
    throw new FleetwrightError('FW_USAGE', `'${subject}' is an environment; name an org in it: ${paths}`);
  }
  throw unknownSubject(subject, orgs);
}

function unknownSubject(subject: string, orgs: readonly string[]): FleetwrightError {
  const props = [...readApi().values()].flatMap(({ name, members }) => [name, ...members.map((member) => `${name}.${member.name}`)]);
  const close = nearest(subject, [...readCodes(), ...RULES.map(({ id }) => id), ...orgs, ...props]);
  const isFleet = environmentNames(process.cwd()).length > 0;
  const other = 'name a part such as hello/digest, a rule, a code FW_…, or a prop such as Agent.run';
  const elsewhere = `${other}; parts are known in the folder of a fleet, and ${process.cwd()} has no file environments/<name>.yaml`;
  const hint = close === undefined ? (isFleet ? other : elsewhere) : `did you mean '${close}'?`;
  return new FleetwrightError('FW_USAGE', `nothing is called '${subject}'; ${hint}`);
}

function printAnswer({ subject, kind, summary, sections }: Answer): void {
  print(`${paint.bold(subject)}  ${paint.dim(kind)}`);
  if (summary !== '') print(escapeControls(summary));
  for (const section of sections) printSection(section);
}

function printSection({ title, text, rows = [] }: Section): void {
  print(`\n${paint.bold(title)}`);
  if (text !== undefined) print(escapeControls(text).replaceAll(/^(?=.)/gm, '  '));
  const lines = rows.map((row) => Object.values(row).map(flat));
  const columns = Math.max(0, ...lines.map((cells) => cells.length));
  const widths = Array.from({ length: columns }, (_, at) => Math.max(...lines.map((cells) => cells[at]?.length ?? 0)));
  for (const cells of lines) print(`  ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd());
}

/** A cell is one line, whatever its text. */
function flat(text: string): string {
  return escapeControls(text.replaceAll('\n', '⏎'));
}
