import { describe, expect, it } from 'vitest';
import { anAgent, aFleet, anOrg } from '../test/builders.ts';
import { Duration, Org } from './index.ts';

describe('Escalation', () => {
  it('is taken as it is given', () => {
    const rules = { failures: 100, spentPercent: 1, silence: Duration.seconds(1), approval: Duration.days(90) };
    expect(anAgent(anOrg(), 'ada', { escalation: rules }).escalation).toEqual(rules);
  });

  it('refuses what the dispatcher would, all at once', () => {
    const props = { escalation: { failures: 0, spentPercent: 1.5, silence: Duration.millis(1500), approval: 5 } } as object;
    const problems = `cannot be built:
  - 'escalation.failures' must be a whole number from 1 to 100, got 0
  - 'escalation.spentPercent' must be a whole number from 1 to 100, got 1.5
  - 'escalation.silence' must be whole seconds, at most 90 days, got '1 second 500 millis'
  - 'escalation.approval' must be a Duration, got 'number' [FW_INVALID_PROPS]`;
    expect(() => anAgent(anOrg(), 'ada', props)).toThrow(problems);
    expect(() => new Org(aFleet(), 'news', props)).toThrow(problems);
  });

  it.each([
    [null, "'escalation' must be an object, got null"],
    ['soon', "'escalation' must be an object, got 'string'"],
    [[{ failures: 1 }], "'escalation' must be an object, got 'Array'"],
  ])('is an object, and not %j', (escalation, problem) => {
    const props = { escalation } as object;
    expect(() => anAgent(anOrg(), 'ada', props)).toThrow(problem);
    expect(() => new Org(aFleet(), 'news', props)).toThrow(problem);
  });

  it('knows no other rules', () => {
    const typo = { escalation: { failure: 2 } } as object;
    expect(() => new Org(aFleet(), 'news', typo)).toThrow(
      "'escalation.failure' must be left out, as there is no such prop; did you mean 'failures'?",
    );
  });
});
