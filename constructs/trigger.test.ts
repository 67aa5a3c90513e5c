import { describe, expect, it } from 'vitest';
import { anAgent, anOrg, aSecret } from '../test/builders.ts';
import { type Agent, InvalidPropsError, type Org, Pipeline, Secret, Trigger } from './index.ts';

const START = { title: 'Look into it' };

function problemsOf(build: (org: Org, start: ReturnType<typeof anAgent>) => unknown): string[] {
  const org = anOrg();
  try {
    build(org, anAgent(org, 'ada'));
  } catch (error) {
    if (error instanceof InvalidPropsError) return error.problems.map(({ prop, must }) => `${prop} must ${must}`);
    throw error;
  }
  return [];
}

function circle(): object {
  const all: { a?: object } = {};
  all.a = all;
  return all;
}

describe('Trigger', () => {
  it('starts a pipeline or an agent, by the clock, a webhook or an event', () => {
    const org = anOrg();
    const ada = anAgent(org, 'ada');
    const pipeline = new Pipeline(org, 'idea', { steps: [{ id: 'plan', by: ada, title: 'Plan' }] });
    const secret = aSecret(org, 'hook');
    const triggers = [
      Trigger.cron(org, 'nightly', '0 2 * * *', {
        ...START,
        start: pipeline,
        timeZone: 'Europe/Berlin',
        whileRunning: 'Replace',
        input: { depth: 2 },
      }),
      Trigger.github(org, 'issues', {
        ...START,
        start: pipeline,
        secret,
        events: ['push', 'issues.opened'],
        when: 'data.n > 1',
        input: { n: 'data.n' },
      }),
      Trigger.webhook(org, 'alarms', { ...START, start: ada, secret, header: 'X-Signature', timestampHeader: 'X-Time' }),
      Trigger.event(org, 'orders', { ...START, start: ada, type: 'com.example.order', source: '/shop' }),
    ];
    expect(triggers.map(({ from }) => from.kind)).toEqual(['cron', 'github', 'webhook', 'event']);
    expect(triggers.map((trigger) => trigger.secret)).toEqual([undefined, secret, secret, undefined]);
    expect(triggers.every(({ from }) => Object.isFrozen(from))).toBe(true);
  });

  it('says what is wrong with a condition, and where in it', () => {
    const org = anOrg();
    const make = () => Trigger.event(org, 'orders', { ...START, start: anAgent(org, 'ada'), type: 'order', when: 'data.amount >' });
    expect(make).toThrow(
      "test/acme/orders cannot be built:\n  - 'when' must be an expression in CEL over 'event' and 'data': Unexpected token: EOF, at character 14, got 'data.amount >' [FW_INVALID_PROPS]",
    );
  });

  it.each([
    ['', 'be an expression in CEL'],
    ['data.a = 1', "be an expression in CEL over 'event' and 'data': Unexpected character: =, at character 8"],
    ['date.a == 1', "be an expression in CEL over 'event' and 'data': Unknown variable: date, at character 1"],
    ['event.type == 1', "be an expression in CEL over 'event' and 'data': no such overload: string == int, at character 1"],
    ['size(data)', 'say yes or no: it is of type int'],
    ['"always"', 'say yes or no: it is of type string'],
    ['x'.repeat(2001), 'have at most 2000 characters'],
    [`${'('.repeat(100)}true${')'.repeat(100)}`, /^be an expression in CEL/],
  ])('refuses the condition %j', (when, must) => {
    const [problem, ...others] = problemsOf((org, start) => Trigger.event(org, 'orders', { ...START, start, type: 'order', when }));
    expect(others).toEqual([]);
    expect(problem?.replace('when must ', '')).toMatch(must);
  });

  it.each([
    'data.flag',
    'data.amount > 100 && event.source.startsWith("/shop")',
    'data.labels.exists(l, l.name == "bug")',
    'has(data.pull_request)',
  ])('takes the condition %j', (when) => {
    expect(problemsOf((org, start) => Trigger.event(org, 'orders', { ...START, start, type: 'order', when }))).toEqual([]);
  });

  it.each([
    [
      'five fields that are none',
      (org, start) => Trigger.cron(org, 't', '0 25 * * *', { ...START, start }),
      /^cron must be five fields .* look at the hour$/,
    ],
    [
      'a day that never comes',
      (org, start) => Trigger.cron(org, 't', '31 2 30 2 *', { ...START, start }),
      'cron must come at some time: none of its months has such a day',
    ],
    [
      'a zone that is none',
      (org, start) => Trigger.cron(org, 't', '* * * * *', { ...START, start, timeZone: 'Mars' }),
      "timeZone must be an IANA time zone such as 'Europe/Berlin'",
    ],
    [
      'an input that goes round in circles',
      (org, start) => Trigger.cron(org, 't', '* * * * *', { ...START, start, input: circle() }),
      /^input\.a\.a.* must be JSON of at most 64 levels$/,
    ],
    ...(
      [
        ['NUL', { a: ['', 'b\0'] }, 'input.a[1] must hold no NUL and no half of a surrogate pair'],
        ['half of a surrogate pair', '\ud800', 'input must hold no NUL and no half of a surrogate pair'],
        ['__proto__', JSON.parse('{"a":{"__proto__":1}}'), /^input\.a must have no field '__proto__'/],
        ['a name with NUL', { 'a\0': 1 }, /^input must have no field/],
        ['a number that would change', { n: 2 ** 53 }, 'input.n must be a number that JSON keeps exactly'],
        ['no number', [Number.NaN], 'input[0] must be a number that JSON keeps exactly'],
        ['a bigint', 1n, /^input must be JSON: texts/],
        ['a hole', Array(1), /^input\[0\] must be JSON: texts/],
        ['an object of a class', { at: new Date(0) }, /^input\.at must be JSON: texts/],
        ['what says itself how it is written', { toJSON: () => 5 }, /^input must be JSON: texts/],
      ] as const
    ).map(
      ([what, input, problem]) =>
        [
          `an input with ${what}`,
          (org: Org, start: Agent) => Trigger.cron(org, 't', '* * * * *', { ...START, start, input }),
          problem,
        ] as const,
    ),
    [
      'five fields of which one is long',
      (org, start) => Trigger.cron(org, 't', `${'1,'.repeat(60)}1 * * * *`, { ...START, start }),
      'cron must have at most 128 characters',
    ],
    [
      'an agent of another org',
      (org) => Trigger.cron(org, 't', '* * * * *', { ...START, start: anAgent(anOrg(), 'ada') }),
      'start must stand in the same org, as no org reaches into another',
    ],
    [
      'a condition with NUL',
      (org, start) => Trigger.event(org, 't', { ...START, start, type: 'a', when: 'data == "\0"' }),
      'when must hold no NUL and no half of a surrogate pair',
    ],
    [
      'more fields than are read',
      (org, start) =>
        Trigger.event(org, 't', {
          ...START,
          start,
          type: 'a',
          input: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`f${i}`, 'data'])),
        }),
      'input must have at most 100 fields',
    ],
    [
      'an input that is an empty list',
      (org, start) => Trigger.event(org, 't', { ...START, start, type: 'a', input: [] as never }),
      'input must hold an expression for each field',
    ],
    ...([null, ['t']] as const).map(
      (type) =>
        [
          `the type ${JSON.stringify(type)}`,
          (org: Org, start: Agent) => Trigger.event(org, 't', { ...START, start, type: type as never }),
          'type must be 1 to 256 characters that a URL may have',
        ] as const,
    ),
    [
      'no source',
      (org, start) => Trigger.event(org, 't', { ...START, start, type: 'a', source: null as never }),
      'source must be 1 to 256 characters that a URL may have',
    ],
    [
      'one header for two things',
      (org, start) => Trigger.webhook(org, 't', { ...START, start, secret: aSecret(org), header: 'X-A', timestampHeader: 'x-a' }),
      "timestampHeader must be another one than 'header', as each request has both",
    ],
    ...([5, null, ['X-A']] as const).map(
      (header) =>
        [
          `the header ${JSON.stringify(header)}`,
          (org: Org, start: Agent) => Trigger.webhook(org, 't', { ...START, start, secret: aSecret(org), header: header as never }),
          /^header must be the name of an HTTP header/,
        ] as const,
    ),
    [
      'events with a hole',
      (org, start) => Trigger.github(org, 't', { ...START, start, secret: aSecret(org), events: Array(1) as never }),
      /^events must be events/,
    ],
    [
      'an input that is too large',
      (org, start) => Trigger.cron(org, 't', '* * * * *', { ...START, start, input: 'x'.repeat(65_535) }),
      'input must be JSON of at most 65536 bytes',
    ],
    [
      'an unknown word',
      (org, start) => Trigger.cron(org, 't', '* * * * *', { ...START, start, whileRunning: 'forbid' as never }),
      "whileRunning must be one of 'Forbid', 'Allow', 'Replace'",
    ],
    [
      'a name in place of what it starts',
      (org) => Trigger.cron(org, 't', '* * * * *', { ...START, start: 'ada' as never }),
      'start must be an Agent or a Pipeline',
    ],
    ['no title', (org, start) => Trigger.cron(org, 't', '* * * * *', { start, title: '' }), 'title must say in one line what is started'],
    [
      'a value in place of a secret',
      (org, start) => Trigger.github(org, 't', { ...START, start, secret: 'hunter2' as never }),
      'secret must be a Secret',
    ],
    [
      'a secret that only its own namespace can read',
      (org, start) => Trigger.github(org, 't', { ...START, start, secret: Secret.sops(org, 's', 'k') }),
      'secret must be a Secret.external or a Secret.reference',
    ],
    [
      'an event that is none',
      (org, start) => Trigger.github(org, 't', { ...START, start, secret: aSecret(org), events: ['Issues'] }),
      "events must be events of GitHub, such as 'push' or 'issues.opened'",
    ],
    [
      'a list of no events',
      (org, start) => Trigger.github(org, 't', { ...START, start, secret: aSecret(org), events: [] }),
      "events must be events of GitHub, such as 'push' or 'issues.opened'",
    ],
    [
      'a header that is none',
      (org, start) => Trigger.webhook(org, 't', { ...START, start, secret: aSecret(org), header: 'X Signature' }),
      /^header must be the name of an HTTP header/,
    ],
    [
      'a time without a header',
      (org, start) => Trigger.webhook(org, 't', { ...START, start, secret: aSecret(org), timestampHeader: 'X-Time' }),
      "timestampHeader must go with 'header', as Standard Webhooks have names of their own",
    ],
    [
      'a type with a space',
      (org, start) => Trigger.event(org, 't', { ...START, start, type: 'an order' }),
      'type must be 1 to 256 characters that a URL may have',
    ],
    [
      'a field that is none',
      (org, start) => Trigger.event(org, 't', { ...START, start, type: 'a', input: { 'a b': 'data' } }),
      'input must have fields of letters, digits, _ and -',
    ],
    [
      'a field that every object has',
      (org, start) => Trigger.event(org, 't', { ...START, start, type: 'a', input: { constructor: 'data' } }),
      'input must have fields of letters, digits, _ and -',
    ],
    [
      'a value that is no expression',
      (org, start) => Trigger.event(org, 't', { ...START, start, type: 'a', input: { a: 'issue.number' } }),
      /^input\.a must be an expression in CEL .*Unknown variable: issue/,
    ],
    [
      'an input that is a list',
      (org, start) => Trigger.event(org, 't', { ...START, start, type: 'a', input: ['data'] as never }),
      /^input/,
    ],
  ] as readonly (readonly [string, Parameters<typeof problemsOf>[0], string | RegExp])[])('refuses %s', (_, build, problem) => {
    const found = problemsOf(build);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(problem);
  });

  it('knows where it was made', () => {
    const org = anOrg();
    expect(Trigger.cron(org, 'nightly', '0 2 * * *', { ...START, start: anAgent(org, 'ada') }).source).toMatch(
      /constructs\/trigger\.test\.ts:\d+:\d+$/,
    );
  });
});
