import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import * as constructs from '../../constructs/index.ts';
import { aFleet } from '../../test/builders.ts';
import { covers, FIRST_VERSION, importText, KELOS, LAST_VERSION, leavesOf } from './testing.ts';

const KINDS = {
  'langop.io/v1alpha1': [
    'LanguageAgent',
    'LanguageAgentRuntime',
    'LanguageClient',
    'LanguageCluster',
    'LanguageModel',
    'LanguagePersona',
    'LanguageTool',
  ],
  'kelos.dev/v1alpha2': ['AgentConfig', 'Session', 'Task', 'TaskBudget', 'TaskSpawner', 'WorkerPool', 'Workspace'],
} as const;

type Data = Record<string, unknown>;

function dataOf(text: string): Data[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Data);
}

const SAMPLES = [FIRST_VERSION, LAST_VERSION, KELOS].flatMap(dataOf);

/** All that is written in the samples, by the name of its field: what is put together of it looks like resources, and is none. */
const byKey = new Map<string, unknown[]>();
for (const sample of SAMPLES) collect(sample);

function collect(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value) as [string, unknown][]) {
    byKey.set(key, [...(byKey.get(key) ?? []), child]);
    collect(child);
  }
}

const names = fc.constantFrom('a', 'b', 'default', 'gpt-4.1', 'x-credentials', '0', 'Ünicode', 'constructor', 'org', 'fleet');
/** Without the one key that is refused. */
const anything = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('__proto__'));
const field = fc
  .constantFrom(...byKey.keys(), 'nonsense')
  .chain((key) => fc.tuple(fc.constant(key), fc.oneof(fc.constantFrom(...(byKey.get(key) ?? ['x'])), anything)));
const spec = fc.array(field, { maxLength: 12 }).map((entries) => Object.fromEntries(entries.filter(([key]) => key !== '__proto__')));
const resource = fc
  .constantFrom(...Object.entries(KINDS))
  .chain(([apiVersion, kinds]) => fc.tuple(fc.constant(apiVersion), fc.constantFrom(...kinds), names, spec, fc.option(names)))
  .map(([apiVersion, kind, name, own, namespace]) => ({
    apiVersion,
    kind,
    metadata: { name, ...(namespace !== null && { namespace }) },
    spec: own,
  }));

describe('import', { timeout: 60_000 }, () => {
  it('accounts for every field of whatever it is given: carried over, changed or left', () => {
    fc.assert(
      fc.property(fc.array(resource, { minLength: 1, maxLength: 5 }), (resources) => {
        const read = resources.some(({ kind }) => kind !== 'LanguageAgentRuntime');
        fc.pre(read);
        const { entries } = importText(resources.map((each) => stringify(each)).join('---\n'));
        const lines = [...new Set(entries.map(({ line }) => line))];
        for (const [at, data] of resources.entries()) {
          const paths = entries.filter(({ line }) => line === lines[at]).map(({ path }) => path);
          expect(leavesOf(data).filter((leaf) => !paths.some((path) => covers(path, leaf)))).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('writes stacks that constructs accept, whatever it is given', () => {
    fc.assert(
      fc.property(fc.array(resource, { minLength: 1, maxLength: 8 }), (resources) => {
        fc.pre(resources.some(({ kind }) => kind !== 'LanguageAgentRuntime'));
        const { stacks } = importText(resources.map((each) => stringify(each)).join('---\n'));
        for (const { org, text } of stacks) expect(build(text).name).toBe(org);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['first version', FIRST_VERSION],
    ['last version', LAST_VERSION],
    ['Kelos', KELOS],
  ])('carries over nothing in name only: another value leads to another stack, or is reported (%s)', (_, text) => {
    const documents = dataOf(text);
    const before = importText(text);
    const silent = before.entries.flatMap((entry) => {
      if (entry.outcome !== 'carried') return [];
      const at = documents.findIndex(({ kind, metadata }) => kind === entry.kind && (metadata as Data)['name'] === entry.name);
      const changed = documents.map((data, index) => (index === at ? withOther(data, entry.path) : data));
      const after = importText(changed.map((data) => stringify(data)).join('---\n'));
      const isSame = JSON.stringify([after.stacks, after.environment]) === JSON.stringify([before.stacks, before.environment]);
      return isSame && count(after.entries) === count(before.entries) ? [`${entry.kind} ${entry.name} ${entry.path}`] : [];
    });
    expect(silent.filter((path) => !ADDRESSES.test(path))).toEqual([]);
  });
});

/** Fields by which a resource is found, or that say what is so in any case. */
const ADDRESSES = /(apiVersion|namespace|clusterRef|\.role)$/;

/** Runs a stack: an import, a function with types, and plain JavaScript within it. */
function build(text: string): constructs.Org {
  const body = text
    .replace(/^import [^]*? from '[^']*';/, '')
    .replace(/^export default function \w+\(fleet: Fleet\): Org \{/m, 'return (() => {');
  const words = Object.keys(constructs);
  // oxlint-disable-next-line typescript/no-implied-eval, typescript/no-unsafe-type-assertion, typescript/no-unsafe-call -- the module itself, without its types
  return new Function('fleet', ...words, `${body})()`)(aFleet(), ...Object.values(constructs)) as constructs.Org;
}

function count(entries: readonly { readonly outcome: string }[]): number {
  return entries.filter(({ outcome }) => outcome === 'carried').length;
}

/** The same data with another value at a path. */
function withOther(data: Data, path: string): Data {
  const copy = structuredClone(data);
  const steps = path.match(/"[^"]*"|[^.[\]]+/g) ?? [];
  let holder: Data = copy;
  for (const step of steps.slice(0, -1)) holder = holder[step] as Data;
  const last = steps.at(-1) ?? '';
  const value = holder[last];
  holder[last] =
    typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : typeof value === 'string' ? `${value}0` : ['0'];
  return copy;
}
