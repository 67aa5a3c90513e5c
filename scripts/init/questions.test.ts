import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Answers, questions, refuseWrongAnswers, REPO } from './questions.ts';

const fits = (key: keyof Answers, answer: string) => questions[key].fits(answer);

describe('questions', () => {
  it.each<[keyof Answers, string]>([
    ['name', 'fleet'],
    ['name', '@acme/fleet.2_x'],
    ['name', 'a'.repeat(214)],
    ['repo', 'https://github.com/acme/fleet.git'],
    ['repo', 'git@github.com:acme/fleet.git'],
    ['repo', 'ssh://git@git.acme.com:2222/fleet.git'],
    ['domain', 'fleet.acme.com'],
    ['domain', `${'a.'.repeat(69)}aa`],
  ])('take the %s %j', (key, answer) => {
    expect(fits(key, answer)).toBe(true);
  });

  it.each<[keyof Answers, string]>([
    ['name', ''],
    ['name', 'Fleet'],
    ['name', '../fleet'],
    ['name', '.fleet'],
    ['name', 'a'.repeat(215)],
    ['name', 'fl\u001Beet'],
    ['repo', ''],
    ['repo', 'acme/fleet'],
    ['repo', 'http://git.acme.com/fleet.git'],
    ['repo', 'https://ada:secret@github.com/acme/fleet.git'],
    ['repo', 'https://token@github.com/acme/fleet.git'],
    ['repo', 'ssh://git:secret@github.com/acme/fleet.git'],
    ['repo', 'https://github.com/acme/fleet.git\n'],
    ['repo', 'https://github.com/$(id)'],
    ['domain', ''],
    ['domain', 'acme'],
    ['domain', 'Fleet.acme.com'],
    ['domain', '*.acme.com'],
    ['domain', 'https://acme.com'],
    ['domain', '10.0.0.1'],
    ['domain', `${'a.'.repeat(70)}aa`],
  ])('refuse the %s %j', (key, answer) => {
    expect(fits(key, answer)).toBe(false);
  });

  it('are as strict as the schema of environments', () => {
    const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../environments/environment.schema.json'), 'utf8')) as {
      definitions: { delivery: { properties: { repo: { pattern: string } } }; host: { pattern: string; maxLength: number } };
    };
    expect(RegExp(schema.definitions.delivery.properties.repo.pattern).source).toBe(REPO.source);
    const longest = `staging.${'a.'.repeat(69)}aa`;
    expect(longest).toMatch(RegExp(schema.definitions.host.pattern));
    expect(longest.length).toBeLessThanOrEqual(schema.definitions.host.maxLength);
  });
});

describe('refuseWrongAnswers', () => {
  it('tells all of them, but shows no password', () => {
    const answers = { name: 'Fleet', repo: 'https://ada:secret@github.com/acme/fleet.git', domain: 'acme' };
    expect(() => refuseWrongAnswers(answers)).toThrow(
      `No repository was started:
  - '--name' must be a package name of at most 214 characters of a-z, 0-9, '-', '.' and '_', such as acme-fleet, got 'Fleet'
  - '--repo' must be the URL of a Git repository without a password or token, such as https://github.com/acme/fleet.git or git@github.com:acme/fleet.git
  - '--domain' must be a full host name in lower case of at most 140 characters, such as fleet.acme.com, got 'acme' [FW_USAGE]`,
    );
  });

  it('is content with what fits, and with what is not said', () => {
    expect(() => refuseWrongAnswers({ name: 'fleet' })).not.toThrow();
  });
});
