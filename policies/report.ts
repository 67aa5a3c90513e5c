import { compareFindings, type Finding, sentenceOf } from './finding.ts';

/** Options of `reportFindings`. */
export interface ReportOptions {
  /**
   * How many findings of one rule are shown; the others are counted.
   *
   * @default 12, shared out among the rules that are broken; of each, one at least
   */
  readonly perRule?: number;
}

/** What fits on two screens. */
const MOST_SHOWN = 12;

/**
 * All findings of a run as a text for people: by construct, each with its rule, its place, what is there instead and what to do.
 * The first line and the last say how many there are.
 */
export function reportFindings(findings: readonly Finding[], options: ReportOptions = {}): string {
  if (findings.length === 0) return 'No rule is broken.';
  const isShort = findings.length <= MOST_SHOWN;
  const share = isShort ? MOST_SHOWN : Math.max(1, Math.floor(MOST_SHOWN / countByRule(findings).size));
  const shown = chooseShown(findings, options.perRule ?? share);
  const constructs = new Set(findings.map(({ path }) => path)).size;
  const blocks = [...Map.groupBy(shown, ({ finding }) => finding.path).values()].map(constructBlock);
  return [`${countFindings(findings)} in ${plural(constructs, 'construct')}`, ...blocks, lastLine(findings, shown.length)].join('\n\n');
}

/** How many there are: `2 errors, 1 warning`. */
function countFindings(findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const counts = [errors > 0 ? plural(errors, 'error') : '', warnings > 0 ? plural(warnings, 'warning') : ''].filter(
    (count) => count !== '',
  );
  return counts.join(', ') || 'no problems';
}

interface Shown {
  readonly finding: Finding;
  /** How many more of the same rule follow that are not shown. */
  readonly more: number;
}

function chooseShown(findings: readonly Finding[], perRule: number): Shown[] {
  const totals = countByRule(findings);
  const seen = new Map<string, number>();
  return findings.toSorted(compareFindings).flatMap((finding) => {
    const count = (seen.get(finding.rule) ?? 0) + 1;
    seen.set(finding.rule, count);
    if (count > perRule) return [];
    return [{ finding, more: count === perRule ? (totals.get(finding.rule) ?? 0) - perRule : 0 }];
  });
}

function constructBlock(shown: readonly Shown[]): string {
  const { path = '', source } = shown[0]?.finding ?? {};
  return [source === undefined ? path : `${path}  (${source})`, ...shown.flatMap(findingLines)].join('\n');
}

/** What to do stands once below findings of one rule that have the same answer. */
function findingLines({ finding, more }: Shown, index: number, all: readonly Shown[]): string[] {
  const next = all[index + 1]?.finding;
  const isLast = next === undefined || next.rule !== finding.rule || next.fix !== finding.fix;
  const lines = [`  ${finding.severity} ${finding.rule}: ${sentenceOf(finding)}`];
  if (isLast || more > 0) lines.push(`    fix: ${finding.fix}`);
  if (more > 0) lines.push(`    and ${more} more of the same rule`);
  return lines;
}

function lastLine(findings: readonly Finding[], shown: number): string {
  const byRule = [...countByRule(findings)].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const counts = `${countFindings(findings)}: ${byRule.map(([rule, count]) => `${rule} ${count}`).join(', ')}`;
  const all = shown < findings.length ? " 'fleetwright check --output json' lists all of them." : '';
  return `${counts}. Each rule is explained in docs/errors/<rule>.md.${all}`;
}

function countByRule(findings: readonly Finding[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
