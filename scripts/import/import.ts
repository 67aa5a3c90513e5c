import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { printData } from '../print.ts';
import type { FieldReport } from './fields.ts';
import { Fields } from './fields.ts';
import { type ImportEntry, type ImportResult, printImport } from './import-report.ts';
import { recognize } from './known-kinds.ts';
import { groupByOrg } from './org-groups.ts';
import { type InputDocument, parseInput } from './parse-input.ts';
import { planOrg } from './plan-org.ts';
import { invalidInput, readInput } from './read-input.ts';
import type { Resource } from './resource.ts';
import type { StackPlan } from './stack-plan.ts';
import { writeFiles } from './write-files.ts';
import { countParts, writeStack } from './write-stack.ts';

/** Options of `fleetwright import`. */
export interface ImportOptions {
  /** The org that all resources become; by default one for each cluster or namespace. */
  readonly org?: string;
  /** The folder of the stacks. */
  readonly out: string;
  readonly dryRun?: boolean;
  /** Whether stacks that are there already are replaced. */
  readonly force?: boolean;
  readonly output: 'json' | 'table';
}

/** Turns resources of language-operator and Kelos into stacks. Answers with the exit code. */
export async function importResources(files: readonly string[], options: ImportOptions): Promise<number> {
  const documents = parseInput(await readInput(files));
  const result = convert(documents, options);
  if (result.written) writeFiles(result.stacks, options);
  if (options.output === 'json') printData(result, 'json');
  else printImport(result);
  return 0;
}

/**
 * Stacks for what the documents say, and what became of each of their fields. Writes nothing.
 *
 * @throws FleetwrightError FW_IMPORT_INVALID when there is nothing to import
 */
export function convert(documents: readonly InputDocument[], options: Omit<ImportOptions, 'output'>): ImportResult {
  const read = documents.map((document) => ({ document, ...toResource(document) }));
  const resources = read.flatMap(({ resource }) => resource ?? []);
  const runtimes = resources.filter(({ kind }) => kind === 'LanguageAgentRuntime');
  const groups = groupByOrg(
    resources.filter(({ kind }) => kind !== 'LanguageAgentRuntime'),
    options.org,
  );
  const plans = groups.filter((group) => group.resources.length > 0).map(({ name, resources: own }) => planOrg(name, own, runtimes));
  for (const runtime of runtimes) leaveUnused(runtime);
  const entries = read.flatMap(({ document, fields }) => fields.collect().map((report) => toEntry(document, report)));
  const first = entries.find(({ outcome }) => outcome === 'left');
  if (plans.length === 0) throw invalidInput(`there is nothing to import: ${describe(first)}`);
  const count = (outcome: ImportEntry['outcome']) => entries.filter((entry) => entry.outcome === outcome).length;
  return {
    written: options.dryRun !== true,
    stacks: plans.map((plan) => toStack(plan, options.out)),
    environment: {
      orgs: plans.map(({ name }) => name),
      images: plans
        .flatMap(({ images }) => [...images.values()])
        .filter(({ name }, at, all) => all.findIndex((image) => image.name === name) === at),
      secrets: plans.flatMap(({ secrets }) => secrets),
      needs: Object.fromEntries(plans.flatMap(({ needs }) => [...needs])),
    },
    fields: { carried: count('carried'), changed: count('changed'), left: count('left') },
    entries,
  };
}

/** The resource that a document holds, if it is one that is read; its fields in any case. */
function toResource({ data, path }: InputDocument): { resource?: Resource; fields: Fields } {
  const fields = Fields.of(data, path);
  const kind = fields.get('kind').text() ?? '';
  const recognized = recognize(fields.get('apiVersion').text() ?? '', kind);
  if ('reason' in recognized) {
    fields.leave(recognized.reason);
    return { fields };
  }
  const metadata = fields.get('metadata');
  const name = readName(metadata);
  if (name === '') {
    fields.leave('it has no name');
    return { fields };
  }
  fields.get('status').leave('it is what happened, not what people want');
  metadata.get('labels').leave('Fleetwright sets the labels of its objects');
  metadata.get('annotations').leave('Fleetwright sets the annotations of its objects');
  for (const key of SERVER_FIELDS) metadata.get(key).leave('the API server sets it');
  return { resource: { ...recognized, name, namespace: metadata.get('namespace').text(), fields }, fields };
}

/** A name that the API server would make up is as good without its end. */
function readName(metadata: Fields): string {
  const begin = metadata.get('generateName');
  const name = metadata.get('name').text() ?? begin.text()?.replace(/-+$/, '') ?? '';
  begin.change(`it is called '${name}'`);
  return name;
}

const SERVER_FIELDS = [
  'creationTimestamp',
  'deletionTimestamp',
  'finalizers',
  'generation',
  'managedFields',
  'ownerReferences',
  'resourceVersion',
  'selfLink',
  'uid',
];

/** A preset that an agent uses has been read by then. */
function leaveUnused({ fields }: Resource): void {
  if (
    fields.get('spec').keys().length > 0 &&
    fields.collect().every(({ path, outcome }) => !path.includes('spec.') || outcome === 'left')
  ) {
    fields.get('spec').leave('no agent in the input uses it');
  }
}

function toEntry({ file, line, data }: InputDocument, report: FieldReport): ImportEntry {
  const { kind, metadata } = data as { kind?: unknown; metadata?: { name?: unknown } | null };
  const name = metadata?.name;
  return { file, line, kind: typeof kind === 'string' ? kind : '', name: typeof name === 'string' ? name : '', ...report };
}

function describe(entry: ImportEntry | undefined): string {
  return entry === undefined ? 'the input holds no resource' : `${entry.file}:${entry.line} ${entry.kind}: ${entry.reason}`;
}

function toStack(plan: StackPlan, out: string): ImportResult['stacks'][number] {
  return {
    org: plan.name,
    file: join(out, `${plan.name}.ts`),
    text: writeStack(plan, packageSpecifier(out)),
    parts: countParts(plan.parts),
  };
}

/** What stacks import: the package, or in its own repository the constructs beside it. */
function packageSpecifier(out: string): string {
  try {
    const { name } = JSON.parse(readFileSync('package.json', 'utf8')) as { name?: unknown };
    if (name === 'fleetwright' && existsSync('constructs/index.ts')) return relative(resolve(out), resolve('constructs/index.ts'));
  } catch {
    // A folder without a package is not that repository.
  }
  return 'fleetwright';
}
