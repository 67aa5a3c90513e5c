import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { FLEET_FILE, renderFleetJson } from '../charts/fleet-json.ts';
import { type Agent, InvalidPropsError, type Org, Pipeline, Trigger } from '../constructs/index.ts';
import { readFleet } from '../controller/http/program/fleet-file.ts';
import { anAgent, anOrg, aSecret } from './builders.ts';

/** What a stack may hold when it runs, as nothing looks at its types then. */
const anything = fc.oneof(
  fc.anything({ withNullPrototype: true, withSparseArray: true, withDate: true, withMap: true, withBigInt: true }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(null, 5, ['t'], '\0', 'a\ud800', 2 ** 60, [], 'x'.repeat(200)),
);

const fields = fc.oneof(
  fc.dictionary(fc.stringMatching(/^[A-Za-z_]{1,12}$/), fc.constantFrom('data', 'event.id', 'data == "\0"', 5), { maxKeys: 4 }),
  fc.integer({ min: 99, max: 102 }).map((length) => Object.fromEntries(Array.from({ length }, (_, i) => [`f${i}`, 'data']))),
);
const crons = fc.oneof(
  fc.constantFrom('0 2 * * *', '*/5 0-6,9 1 1,2 0'),
  fc.integer({ min: 1, max: 70 }).map((length) => `${Array.from({ length }, (_, i) => i % 60).join(',')} * * * *`),
);
/** Each is as it should be more often than not, so that what is wrong stands alone, and much is right. */
const or = (right: fc.Arbitrary<unknown>) => fc.option(fc.oneof({ weight: 12, arbitrary: right }, anything), { nil: undefined });
const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('Do it.', '\u001b[2J', 'a\\u0000'));
const names = fc.constantFrom('X-Signature', 'x-signature', 'X-Time', 'Host');

const choice = { when: or(fc.constantFrom('true', 'data.n > 1', 'data == "\ud800"')), input: or(fields) };
const triggers = fc.oneof(
  fc.record({
    kind: fc.constant('cron' as const),
    cron: crons,
    props: fc.record({ timeZone: or(fc.constant('Europe/Berlin')), whileRunning: or(fc.constant('Allow')), input: or(fc.jsonValue()) }),
  }),
  fc.record({ kind: fc.constant('github' as const), props: fc.record({ ...choice, events: or(fc.constant(['push'])) }) }),
  fc.record({ kind: fc.constant('webhook' as const), props: fc.record({ ...choice, header: or(names), timestampHeader: or(names) }) }),
  fc.record({ kind: fc.constant('event' as const), props: fc.record({ ...choice, type: or(texts), source: or(texts) }) }),
);
const steps = fc.array(
  fc.record({
    instructions: or(texts),
    skills: or(fc.constantFrom(['git'], ['a', 'b'])),
    title: fc.oneof(fc.constant('Plan'), texts),
    attempts: or(fc.nat(101)),
    onFailure: or(fc.constant('skip')),
    approval: or(fc.record({ reason: texts })),
    subTasks: or(fc.record({ count: fc.nat(10_001), depth: fc.nat(17) })),
  }),
  { minLength: 1, maxLength: 3 },
);

describe('What synth lets pass, a controller reads', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-json-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Whether it was built; then it is also read. */
  const outcomeOf = (build: (org: Org, ada: Agent) => unknown): boolean => {
    const org = anOrg();
    try {
      build(org, anAgent(org, 'ada'));
    } catch (error) {
      if (error instanceof InvalidPropsError) return false;
      throw error;
    }
    const file = join(folder, FLEET_FILE);
    writeFileSync(file, renderFleetJson(org.fleet));
    expect(Object.keys(readFleet(file).orgs)).toEqual(['acme']);
    return true;
  };
  const countBuilt = <Props>(props: fc.Arbitrary<Props>, build: (org: Org, ada: Agent, props: Props) => unknown): number => {
    let built = 0;
    fc.assert(
      fc.property(props, (each) => {
        if (outcomeOf((org, ada) => build(org, ada, each))) built += 1;
      }),
      { numRuns: 500 },
    );
    return built;
  };

  it('of triggers', () => {
    const built = countBuilt(triggers, (org, start, made) => {
      const props = { title: 'Look', start, ...made.props } as never;
      if (made.kind === 'cron') return Trigger.cron(org, 't', made.cron, props);
      if (made.kind === 'event') return Trigger.event(org, 't', props);
      return Trigger[made.kind](org, 't', { ...(props as object), secret: aSecret(org) } as never);
    });
    expect(built).toBeGreaterThan(20);
  });

  it('of pipelines', () => {
    const built = countBuilt(steps, (org, ada, all) => {
      const made = all.map(({ skills, ...step }, at) => ({ id: `s${at}`, by: skills ?? ada, ...step }));
      return new Pipeline(org, 'p', { steps: made as never });
    });
    expect(built).toBeGreaterThan(20);
  });
});
