import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Compiler } from './compiled-node.ts';
import { findProblems } from './find-problems.ts';
import { isValid } from './is-valid.ts';
import { schemaData } from './schema-data.ts';
import { grow } from './testing/grow.ts';
import { type Mutation, mutate, VALUES } from './testing/mutations.ts';
import { Oracle } from './testing/oracle.ts';
import { SAMPLES } from './testing/samples.ts';

const data = schemaData();
const compiler = new Compiler(data);
const oracle = new Oracle(data);

/** The three verdicts on an object of a kind: ours, that of our explanation, and the oracle's. */
function verdicts(kind: string, value: unknown): { fast: boolean; explained: boolean; oracle: boolean } {
  const node = compiler.node(data.kinds[kind] ?? -1);
  return { fast: isValid(value, node), explained: findProblems(value, node).length === 0, oracle: oracle.accepts(kind, value) };
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  place: fc.nat(10_000),
  action: fc.constantFrom('set', 'delete', 'rename', 'add', 'repeat'),
  value: fc.constantFrom(...VALUES),
});

describe('the strict check, beside ajv on the same schema', () => {
  it('gives the same verdict on good objects with up to three mutations', () => {
    const seen = { good: 0, bad: 0 };
    const property = fc.property(fc.constantFrom(...SAMPLES), fc.array(mutation, { maxLength: 3 }), (sample, mutations) => {
      const { fast, ...others } = verdicts(`${sample.apiVersion} ${sample.kind}`, mutate(sample, mutations));
      seen[fast ? 'good' : 'bad']++;
      expect(others).toEqual({ explained: fast, oracle: fast });
    });
    fc.assert(property, { numRuns: 6000 });
    expect(seen.good).toBeGreaterThan(500);
    expect(seen.bad).toBeGreaterThan(500);
  });

  it('gives the same verdict on objects grown from the schema of any kind', () => {
    const seen = { good: 0, bad: 0 };
    const property = fc.property(fc.constantFrom(...Object.entries(data.kinds)), fc.gen(), ([kind, id], gen) => {
      const value = grow(data, id, (sides) => gen(fc.nat, { max: sides - 1 }));
      const { fast, ...others } = verdicts(kind, value);
      seen[fast ? 'good' : 'bad']++;
      expect(others).toEqual({ explained: fast, oracle: fast });
    });
    fc.assert(property, { numRuns: 2000 });
    expect(seen.good).toBeGreaterThan(50);
    expect(seen.bad).toBeGreaterThan(500);
  });
});
