import { describe, expect, it } from 'vitest';
import { anAgent, anEnvironment, anIntent, aTool } from './builders.ts';
import { outcome, type Variant } from './outcome.ts';
import { DISPATCHER_MUTATIONS } from './prop-mutations-of-dispatchers.ts';
import { ENVIRONMENT_MUTATIONS } from './prop-mutations-of-environments.ts';
import { WORK_MUTATIONS } from './prop-mutations-of-work.ts';
import { PROP_MUTATIONS } from './prop-mutations.ts';
import { writtenProps } from './props.ts';

const MUTATIONS: Readonly<Record<string, readonly [Variant, Variant]>> = {
  ...PROP_MUTATIONS,
  ...ENVIRONMENT_MUTATIONS,
  ...DISPATCHER_MUTATIONS,
  ...WORK_MUTATIONS,
};

describe('Every prop that a user can write', () => {
  it('has a mutation below, and every mutation is of a prop', () => {
    expect(Object.keys(MUTATIONS).sort()).toEqual(writtenProps());
  });

  it.each(Object.keys(MUTATIONS))('%s changes what comes out', (prop) => {
    const [before, after] = MUTATIONS[prop] ?? [{}, {}];
    expect(outcome(after)).not.toBe(outcome(before));
  });
});

describe('An outcome', () => {
  it('is the same for the same fleet', () => {
    const build: Variant['build'] = (org) => void anAgent(org, 'a', { tools: [aTool(org)], egress: [anIntent()] });
    expect(outcome({ build })).toBe(outcome({ build }));
    expect(outcome({ build })).toContain('kind: Deployment');
  });

  it('is a refusal where the fleet is refused', () => {
    expect(outcome({ environment: anEnvironment({ images: {} }), build: (org) => void anAgent(org) })).toContain('image-locked');
  });
});
