import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeSecret, looksSecret } from './leak.ts';

/** Put together here, so that no scanner takes this file for a leak. */
const samples: [string, string][] = [
  ['an AWS access key', `AKIA${'IOSFODNN7EXAMPLE'}`],
  ['an AWS access key', `ASIA${'IOSFODNN7EXAMPLE'}`],
  ['a private key', `-----BEGIN ${'RSA PRIVATE KEY'}-----\nMIIE`],
  ['a private key', `-----BEGIN ${'PRIVATE KEY'}-----`],
  ['a private key', `-----BEGIN ${'OPENSSH PRIVATE KEY'}-----`],
  ['a GitHub token', `ghp_${'a1B2'.repeat(9)}`],
  ['a GitHub token', `github_pat_${'a1B2_'.repeat(12)}`],
  ['a GitLab token', `glpat-${'a1B2-'.repeat(4)}`],
  ['a Slack token', `xoxb-${'1234567890'}-abc`],
  ['a Slack token', `https://hooks.slack.com${'/services/'}T000/B000/XXXX`],
  ['a Google credential', `AIza${'a1B2_'.repeat(7)}`],
  ['a Google credential', `ya29.${'a1B2_'.repeat(7)}`],
  ['an Anthropic key', `sk-ant-${'api03-'.repeat(6)}`],
  ['an OpenAI key', `sk-proj-${'a1B2_'.repeat(7)}`],
  ['an OpenAI key', `sk-${'a1B2'.repeat(12)}`],
  ['an OpenRouter key', `sk-or-v1-${'0a'.repeat(32)}`],
  ['a JSON Web Token', `eyJ${'hbGciOiJIUzI1NiJ9'}.eyJ${'zdWIiOiIxMjM0In0'}.c2ln`],
  ['an npm token', `npm_${'a1B2'.repeat(9)}`],
  ['a PyPI token', `pypi-${'AgEIcHlwaS5vcmc'}${'a1'.repeat(30)}`],
  ['a Hugging Face token', `hf_${'aB'.repeat(17)}`],
  ['a Stripe key', `sk_live_${'a1B2'.repeat(6)}`],
  ['a Telegram bot token', `123456789:AA${'a1B'.repeat(11)}`],
  ['a DigitalOcean token', `dop_v1_${'0a'.repeat(32)}`],
  ['a Vault token', `hvs.${'a1B2'.repeat(6)}`],
  ['an age identity', `AGE-SECRET-KEY-1${'A1B2'.repeat(14)}`],
  ['an Azure storage key', `AccountKey=${'a1B2'.repeat(21)}==`],
  ['a URL with a password', `postgres://app:${'hunter2'}@db.example.org/app`],
  ['a URL with a password', `redis://:${'hunter2'}@cache:6379`],
];

describe('looksSecret', () => {
  it.each(samples)('knows %s', (name, text) => {
    expect(looksSecret(text)).toBe(true);
    expect(describeSecret(text)).toBe(name);
  });

  it.each(samples)('knows %s within other text', (_, text) => {
    expect(looksSecret(`first line\nvalue="${text}" and more`)).toBe(true);
  });

  it.each([
    'images.example/fleet/worker@sha256:5c34d26aa5f22cf5ce9dfe0d0dc64d25c8dbc1de3fe028f341de9f548216c4ca',
    'http://fetch.acme.svc.cluster.local:8080/mcp',
    'http://{{ .name }}:{{ .password }}@egress.acme.svc.cluster.local:3128',
    'postgres://$(USER):$(PASSWORD)@db/app',
    'https://user@example.org/path',
    '-----BEGIN CERTIFICATE-----',
    '-----BEGIN PUBLIC KEY-----',
    'sk-assessment-collector-agent-for-the-north',
    '2a1f4c9e-1b1c-8d8e-a1b2-0123456789ab',
    'localhost,127.0.0.1,.svc,.svc.cluster.local',
    'desk-proj-is-no-key',
  ])('lets %s pass', (text) => {
    expect(looksSecret(text)).toBe(false);
  });

  it('lets names, paths and hosts pass', () => {
    const word = fc.stringMatching(/^[a-z][-a-z0-9]{0,40}$/);
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 6 }),
        fc.constantFrom('/', '.', '-', ' '),
        (words, by) => !looksSecret(words.join(by)),
      ),
    );
  });

  it.each(['eyJ', '-----BEGIN A ', '://a:', 'sk-', 'ghp_a', '1'])('is not slowed down by a hundred thousand characters of %s', (part) => {
    const text = part.repeat(Math.ceil(100_000 / part.length));
    const started = performance.now();
    looksSecret(text);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
