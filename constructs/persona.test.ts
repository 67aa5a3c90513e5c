import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anOrg } from '../test/builders.ts';
import { Persona } from './index.ts';

describe('Persona', () => {
  it('joins lists, inherited first, each sentence once', () => {
    const org = anOrg();
    const base = new Persona(org, 'base', { rules: ['Be brief.', 'Be kind.'] });
    expect(new Persona(org, 'own', { rules: ['Be kind.', 'Be dry.'], extends: [base] }).rules).toEqual([
      'Be brief.',
      'Be kind.',
      'Be dry.',
    ]);
  });

  it('inherits what it does not say', () => {
    const org = anOrg();
    const base = new Persona(org, 'base', { tone: 'dry', language: 'en' });
    expect(new Persona(org, 'own', { tone: 'warm', extends: [base] })).toMatchObject({ tone: 'warm', language: 'en' });
  });

  it('names both sources of a disagreement', () => {
    const org = anOrg();
    const one = new Persona(org, 'one', { tone: 'dry' });
    const two = new Persona(org, 'two', { tone: 'warm' });
    expect(() => new Persona(org, 'both', { extends: [one, two] })).toThrow(
      "test/acme/both cannot be built:\n  - 'tone' must be set here, because test/acme/one says 'dry' and test/acme/two says 'warm' [FW_INVALID_PROPS]",
    );
  });

  it('names both sources of a contradiction', () => {
    const org = anOrg();
    const one = new Persona(org, 'one', { rules: ['Swear.'] });
    expect(() => new Persona(org, 'two', { never: ['Swear.'], extends: [one] })).toThrow(
      "'rules' must not hold what 'never' holds too: test/acme/one demands it, test/acme/two forbids it, got 'Swear.'",
    );
  });

  it.each(['English', 'EN', 'e', 'en_US'])('refuses the language %j', (language) => {
    expect(() => new Persona(anOrg(), 'p', { language })).toThrow(/'language' must be a BCP 47 tag/);
  });

  it('never loses a rule, however personas extend each other', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.stringMatching(/^[a-z]{1,4}$/)), { minLength: 1, maxLength: 6 }), (levels) => {
        const org = anOrg();
        let persona: Persona | undefined;
        for (const [i, rules] of levels.entries()) persona = new Persona(org, `p${i}`, { rules, extends: persona ? [persona] : [] });
        expect(new Set(persona?.rules)).toEqual(new Set(levels.flat()));
        expect(persona?.rules).toHaveLength(new Set(levels.flat()).size);
      }),
    );
  });
});
