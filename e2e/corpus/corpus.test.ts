import { describe, expect, it } from 'vitest';
import { buildCorpus } from './corpus.ts';
import { mutate, mutations } from './mutate.ts';
import { Random } from './random.ts';

const configMap = (name: string, data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'n' },
  data,
});
const settings = configMap('settings', { a: '1', b: '2' });

describe('buildCorpus', () => {
  it('takes one object of each shape', () => {
    const { good } = buildCorpus([settings, configMap('others', { a: '3', b: '4' }), configMap('more', { c: '5' })], {
      seed: 1,
      rounds: 1,
    });
    expect(good.map(({ metadata }) => metadata.name)).toEqual(['others', 'more']);
  });

  it('is the same for the same seed, and another for another', () => {
    const corpus = (seed: number) => buildCorpus([settings], { seed, rounds: 3 });
    expect(corpus(1)).toEqual(corpus(1));
    expect(corpus(1)).not.toEqual(corpus(2));
  });

  it('renames namespaces, which exist already', () => {
    const { good } = buildCorpus([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'hello' } }], { seed: 1, rounds: 1 });
    expect(good[0]?.metadata.name).toBe('hello-again');
  });
});

describe('mutate', () => {
  it.each(mutations)('spoils a copy by %s and leaves what the server needs to know', (mutation) => {
    for (let seed = 0; seed < 50; seed++) {
      const mutant = mutate(settings, mutation, new Random(seed));
      expect(mutant?.object).not.toEqual(settings);
      expect(mutant?.object).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'n' } });
    }
    expect(settings).toEqual(configMap('settings', { a: '1', b: '2' }));
  });
});
