import { createHash } from 'node:crypto';
import { compareFindings, type Finding, sentenceOf } from './finding.ts';
import { RULES } from './rules.ts';

/** A log in the format that code scanning reads. @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export interface SarifLog {
  readonly $schema: string;
  readonly version: '2.1.0';
  readonly runs: readonly [SarifRun];
}

/** One run of the rules. */
export interface SarifRun {
  readonly columnKind: 'utf16CodeUnits';
  readonly results: readonly SarifResult[];
  readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly SarifRule[]; readonly version: string } };
}

/** A rule as the log describes it. */
export interface SarifRule {
  readonly defaultConfiguration: { readonly level: 'error' | 'warning' };
  readonly help: { readonly text: string };
  readonly id: string;
  readonly shortDescription: { readonly text: string };
}

/** One finding. */
export interface SarifResult {
  readonly level: 'error' | 'warning';
  readonly locations: readonly [SarifLocation];
  readonly message: { readonly text: string };
  readonly partialFingerprints: { readonly 'finding/v1': string };
  readonly ruleId: string;
  readonly ruleIndex: number;
}

/** Where it is: a line of a stack, and the path of a construct. */
export interface SarifLocation {
  readonly logicalLocations: readonly [{ readonly fullyQualifiedName: string }];
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId: '%SRCROOT%' };
    readonly region: { readonly startColumn: number; readonly startLine: number };
  };
}

/**
 * All findings as SARIF 2.1.0.
 *
 * @param version Fleetwright's own, as package.json says
 */
export function toSarif(findings: readonly Finding[], version: string): SarifLog {
  const rules = RULES.map(({ id, title, severity, fix }) => ({
    defaultConfiguration: { level: severity },
    help: { text: `To fix it: ${fix}. See docs/errors/${id}.md.` },
    id,
    shortDescription: { text: title },
  }));
  const results = findings.toSorted(compareFindings).map(toResult);
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    runs: [{ columnKind: 'utf16CodeUnits', results, tool: { driver: { name: 'fleetwright', rules, version } } }],
    version: '2.1.0',
  };
}

function toResult(finding: Finding): SarifResult {
  const { rule, severity, path, object, field, fix } = finding;
  return {
    level: severity,
    locations: [{ logicalLocations: [{ fullyQualifiedName: path }], physicalLocation: placeOf(finding) }],
    message: { text: `${path}: ${sentenceOf(finding)}. To fix it: ${fix}.` },
    partialFingerprints: {
      'finding/v1': createHash('sha256')
        .update(JSON.stringify([rule, path, object, field]))
        .digest('hex'),
    },
    ruleId: rule,
    ruleIndex: RULES.findIndex(({ id }) => id === rule),
  };
}

/** Code scanning shows nothing without a file: what no line of a stack made is shown at its environment. */
function placeOf({ source, path }: Finding): SarifLocation['physicalLocation'] {
  const [, file, line, column] = /^(.+):(\d+):(\d+)$/.exec(source ?? '') ?? [];
  return {
    artifactLocation: { uri: toUri(file ?? `environments/${path.split('/')[0]}.yaml`), uriBaseId: '%SRCROOT%' },
    region: { startColumn: Number(column ?? 1), startLine: Number(line ?? 1) },
  };
}

function toUri(file: string): string {
  return file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
}
