import { describe, expect, it } from 'vitest';
import { aFleet, anEnvironment } from '../test/builders.ts';
import { anObject, aPod, judgeObjects, saysOf } from './testing.ts';

describe('unknown-kind', () => {
  const fleet = (...kinds: string[]) => aFleet(anEnvironment({ cluster: { kinds } }));
  const pod = { spec: { template: { spec: { containers: [] } } } };

  it('stops the run', () => {
    expect(judgeObjects([anObject('example.org/v1', 'Widget')]).map(({ severity }) => severity)).toEqual(['error']);
  });

  it('lets in what the environment names, of its own group', () => {
    const widgets = [anObject('example.org/v1', 'Widget'), anObject('other.org/v1', 'Widget')];
    expect(saysOf('unknown-kind', judgeObjects(widgets, fleet('example.org/Widget')))).toEqual([
      "Widget acme/greeter: 'kind' must be one whose schema is known: its fields are not checked, got 'other.org/v1 Widget'",
    ]);
  });

  it.each([
    ['v1', 'List'],
    ['v1', 'PodList'],
    ['example.org/v1', 'List'],
  ])('never lets in a list: %s %s', (apiVersion, kind) => {
    const list = anObject(apiVersion, kind, { items: [aPod()] });
    const named = apiVersion === 'v1' ? kind : `example.org/${kind}`;
    expect(saysOf('unknown-kind', judgeObjects([list], fleet(named)))).toEqual([
      `${kind} acme/greeter: 'kind' must be no list of objects, got '${apiVersion} ${kind}'`,
    ]);
  });

  it.each([pod, { jobs: [pod] }, { spec: { initContainers: [] } }])('never lets in what describes pods: %j', (fields) => {
    const rollout = anObject('argoproj.io/v1alpha1', 'Rollout', fields);
    expect(saysOf('unknown-kind', judgeObjects([rollout], fleet('argoproj.io/Rollout')))).toEqual([
      "Rollout acme/greeter: 'kind' must describe no pods: no rule looks into them, got 'argoproj.io/v1alpha1 Rollout'",
    ]);
  });

  it('does not let the environment open the whole cluster to an org', () => {
    const volume = anObject('v1', 'PersistentVolume', { spec: { hostPath: { path: '/' } } });
    expect(saysOf('foreign-namespace', judgeObjects([volume], fleet('/PersistentVolume')))).toHaveLength(1);
  });
});

describe('image-digest', () => {
  it('takes no image that is not in the lock, though it has a digest', () => {
    const image = `evil.example/x@sha256:${'a'.repeat(64)}`;
    expect(saysOf('image-digest', judgeObjects([aPod({ container: { image } })]))).toEqual([
      `Pod acme/greeter: 'spec.containers[0].image' must be an image of the environment's image lock, by digest, got '${image}'`,
    ]);
  });

  it('asks the lock of its own environment', () => {
    const fleet = aFleet(anEnvironment({ images: {} }));
    expect(saysOf('image-digest', judgeObjects([aPod()], fleet))).toHaveLength(1);
  });
});
