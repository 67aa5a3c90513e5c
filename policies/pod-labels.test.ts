import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matches, PodLabels } from './pod-labels.ts';

const labels = fc.dictionary(fc.constantFrom('app', 'tier', 'zone'), fc.constantFrom('a', 'b', 'c'), { minKeys: 1, maxKeys: 3 });

describe('PodLabels', () => {
  it('answers as if each selector were held against each pod', () => {
    fc.assert(
      fc.property(fc.array(labels, { maxLength: 12 }), fc.array(labels, { maxLength: 12 }), (pods, wanted) => {
        const index = new PodLabels();
        for (const pod of pods) index.add(pod);
        const selectors = wanted.map((each) => ({ labels: each }));
        expect(index.findUnmatched(selectors)).toEqual(selectors.filter((selector) => !pods.some((pod) => matches(pod, selector.labels))));
      }),
    );
  });

  it('takes ten thousand pods and as many selectors', () => {
    const index = new PodLabels();
    const selectors = Array.from({ length: 10_000 }, (_, i) => ({ labels: { component: 'agent', name: `agent-${i}` } }));
    for (const selector of selectors.slice(1)) index.add({ ...selector.labels, managed: 'yes' });
    const started = performance.now();
    expect(index.findUnmatched(selectors)).toEqual([selectors[0]]);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
