import { createHmac, randomBytes } from 'node:crypto';
import { CONTRACT_VERSION, type Fleet, type FleetOrg } from '../../contract/wire/index.ts';

/** What signs requests to triggers, made up anew each time. */
export const SECRETS = {
  github: randomBytes(16).toString('hex'),
  alarms: randomBytes(16).toString('hex'),
  timed: randomBytes(16).toString('hex'),
};
/** Of Standard Webhooks. */
export const STANDARD = randomBytes(24);
/** A second one of the trigger `issues`. */
export const SPARE = randomBytes(16).toString('hex');

const AGENT = { agent: 'coder' } as const;
const secretFile = (name: string) => `/etc/fleetwright/hooks/acme/${name}`;

const TRIGGERS: NonNullable<FleetOrg['triggers']> = {
  issues: {
    kind: 'github',
    pipeline: 'idea',
    title: 'Answer an issue',
    secretFile: secretFile('issues'),
    events: ['issues.opened', 'push'],
    when: 'data.repository.name == "shop"',
    input: { issue: 'data.issue.number', title: 'data.issue.title' },
  },
  alarms: {
    kind: 'webhook',
    ...AGENT,
    title: 'Look into an alarm',
    secretFile: secretFile('alarms'),
    header: 'X-Alarm-Signature',
    input: { all: 'data' },
  },
  timed: {
    kind: 'webhook',
    ...AGENT,
    title: 'A timed one',
    secretFile: secretFile('timed'),
    header: 'X-Signature',
    timestampHeader: 'X-Time',
  },
  standard: { kind: 'webhook', ...AGENT, title: 'A standard one', secretFile: secretFile('standard'), when: 'event.type != "dull"' },
  weird: { kind: 'webhook', ...AGENT, title: 'Has no key', secretFile: secretFile('weird') },
  prefixed: { kind: 'webhook', ...AGENT, title: 'Has a prefix', secretFile: secretFile('prefixed'), header: 'X-Signature' },
  nameless: { kind: 'webhook', ...AGENT, title: 'Has no secret', secretFile: secretFile('nameless'), header: 'X-Signature' },
  short: { kind: 'webhook', ...AGENT, title: 'Has a short secret', secretFile: secretFile('short'), header: 'X-Signature' },
  any: { kind: 'github', ...AGENT, title: 'Anything', secretFile: secretFile('any') },
  nightly: { kind: 'cron', ...AGENT, title: 'Nightly', cron: '0 2 * * *' },
  orders: { kind: 'event', ...AGENT, title: 'Check an order', type: 'com.example.order', source: '/shop', input: { order: 'data.id' } },
  every: { kind: 'event', ...AGENT, title: 'Any source', type: 'com.example.order', when: 'data.amount > 100' },
  slow: { kind: 'event', ...AGENT, title: 'Thinks for ever', type: 'slow', when: 'data.all(a, data.all(b, data.all(c, c >= 0)))' },
};

/** Pipelines and triggers of the orgs `acme` and `other`. */
export const HOOK_FLEET: Fleet = {
  contract: CONTRACT_VERSION,
  orgs: {
    acme: {
      agents: {},
      pipelines: {
        idea: {
          steps: [
            { id: 'answer', agent: 'coder', title: 'Answer' },
            { id: 'check', agent: 'reviewer', title: 'Check', needs: ['answer'] },
          ],
        },
      },
      triggers: TRIGGERS,
    },
    other: {
      agents: {},
      triggers: {
        alarms: {
          kind: 'webhook',
          ...AGENT,
          title: 'Not ours',
          secretFile: '/etc/fleetwright/hooks/other/alarms',
          header: 'X-Alarm-Signature',
        },
      },
    },
  },
};

/** A signature in HMAC-SHA256. */
export const sign = (secret: string | Buffer, text: string | Buffer, encoding: 'hex' | 'base64' = 'hex') =>
  createHmac('sha256', secret).update(text).digest(encoding);
