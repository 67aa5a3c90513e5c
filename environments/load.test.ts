import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { environmentNames, loadEnvironment } from './index.ts';

const GOOD = readFileSync(join(import.meta.dirname, 'dev.yaml'), 'utf8');
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fleetwright-environments-'));
  mkdirSync(join(root, 'environments', 'secrets', 'dev'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

function load(text: string | Buffer): Promise<unknown> {
  writeFileSync(join(root, 'environments', 'dev.yaml'), text);
  return loadEnvironment(root, 'dev');
}

describe('loadEnvironment', () => {
  it('reads the environments of this repository', async () => {
    const project = join(import.meta.dirname, '..');
    expect(environmentNames(project)).toEqual(['dev', 'prod', 'staging']);
    for (const name of environmentNames(project)) expect((await loadEnvironment(project, name)).name).toBe(name);
  });

  it('fills in defaults', async () => {
    const text = GOOD.replace(/ {2}operators: .*\n/, '');
    expect(text).not.toBe(GOOD);
    expect(await load(text)).toMatchObject({ cluster: { operators: [] } });
  });

  it('reads a changed file again, and an unchanged one from what it remembers', async () => {
    expect(await load(GOOD)).toMatchObject({ domain: 'dev.fleet.example.com' });
    expect(await load(GOOD.replace('domain: dev.', 'domain: other.'))).toMatchObject({ domain: 'other.fleet.example.com' });
    expect(await load(GOOD)).toEqual(await load(GOOD));
  });

  it.each(['not json', '{}', '{"digest":"x"}', ''])('reads the file where what it remembers is %j', async (cache) => {
    await load(GOOD);
    writeFileSync(join(root, '.cache', 'environments', 'dev.json'), cache);
    expect(await load(GOOD)).toMatchObject({ name: 'dev' });
  });

  it('tells all that is wrong, with its line', async () => {
    const text = GOOD.replace('backend: proxy', 'backend: proxi')
      .replace('  storage:', '  storag:')
      .replace('prune: automatic', 'prune: yes');
    await expect(load(text)).rejects.toThrow(
      [
        'environments/dev.yaml cannot be used:',
        "environments/dev.yaml:5:1 'cluster' must have 'storage'",
        "environments/dev.yaml:29:3 'cluster.storag' is not known; did you mean 'storage'?",
        "environments/dev.yaml:9:5 'cluster.egress.backend' must be one of proxy, cilium, snapshot, got \"proxi\"; did you mean 'proxy'?",
        'environments/dev.yaml:44:3 \'delivery.prune\' must be one of automatic, confirm, got "yes" [FW_ENVIRONMENT_INVALID]',
      ].join('\n  - '),
    );
  });

  it.each([
    ['a tab', GOOD.replace('  kubernetes', '\tkubernetes'), /dev\.yaml:6:\d+ a tab is used for indentation; YAML allows spaces only/],
    ['a byte order mark', `\uFEFF${GOOD}`, /begins with a byte order mark; save it as UTF-8 without one/],
    ['a duplicate key', `${GOOD}domain: x.example\n`, /the key stands twice in its map; remove one of them/],
    ['two documents', `${GOOD}---\na: 1\n`, /the file holds more than one document/],
    ['__proto__', `${GOOD}__proto__: { polluted: true }\n`, /'__proto__' cannot be a key/],
    ['constructor', GOOD.replace('  hello:', '  constructor: {}\n  hello:'), /'constructor' cannot be a key/],
    ['a key that is a map', `${GOOD}{ a: 1 }: 2\n`, /a key must be a text/],
    ['a wrong type', GOOD.replace("'1.36'", '1.36'), /'cluster\.kubernetes' must be string, got 1\.36/],
    ['no map', '- a\n- b\n', /'the file' must be object, got \["a","b"\]/],
    ['nothing', '', /'the file' must be object, got null/],
    ['a tag', GOOD.replace('domain: dev', 'domain: !!binary dev'), /cannot be used/],
    ['a tag image', GOOD.replace(/@sha256:[0-9a-f]{64}/, ':latest'), /'images\.\S+' must match pattern/],
    [
      'hosts without snapshot',
      GOOD.replace('backend: proxy', 'backend: proxy\n    hosts: {}'),
      /'cluster\.egress\.hosts' does not go with the other choices made beside it/,
    ],
    ['snapshot without hosts', GOOD.replace('backend: proxy', 'backend: snapshot'), /'cluster\.egress' must have 'hosts'/],
    ['a NUL', GOOD.replace('dev.fleet', 'dev\0fleet'), /cannot be used/],
  ])('refuses %s', async (_, text, message) => {
    expect(text).not.toBe(GOOD);
    await expect(load(text)).rejects.toThrow(message);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('refuses an alias bomb within a moment', async () => {
    const levels = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array.from({ length: 9 }, () => `*a${i}`).join(', ')}]`);
    await expect(load(`a0: &a0 x\n${levels.join('\n')}\n`)).rejects.toThrow(/more than 20 aliases; write the values out/);
  });

  it.each([
    ['lists', '['.repeat(20_000)],
    [
      'maps',
      Array.from({ length: 6000 }, (_, depth) => `${' '.repeat(depth)}a:`)
        .join('\n')
        .slice(0, 1_000_000),
    ],
  ])('refuses %s that are nested too deeply', async (_, text) => {
    await expect(load(text)).rejects.toMatchObject({ code: 'FW_ENVIRONMENT_INVALID' });
  });

  it('refuses a file that is too large', async () => {
    await expect(load(`${GOOD}#${'x'.repeat(1_048_576)}`)).rejects.toThrow(/the file is larger than 1048576 bytes/);
  });

  it('names the environment that was probably meant', async () => {
    await load(GOOD);
    await expect(loadEnvironment(root, 'devv')).rejects.toThrow(
      "there is no environment 'devv': environments/devv.yaml does not exist; did you mean 'dev'? [FW_ENVIRONMENT_UNKNOWN]",
    );
  });

  it('refuses to read a folder', async () => {
    mkdirSync(join(root, 'environments', 'dev.yaml'));
    await expect(loadEnvironment(root, 'dev')).rejects.toThrow(
      /environments\/dev\.yaml cannot be read; check that it is a file that you may read/,
    );
  });

  it('keeps encrypted secrets by their file name', async () => {
    writeFileSync(join(root, 'environments', 'secrets', 'dev', 'acme.key.yaml'), 'kind: SopsSecret\nmetadata: { name: key }\n');
    expect(await load(GOOD)).toMatchObject({ sealed: { 'acme.key': { kind: 'SopsSecret' } } });
  });

  it('refuses anything else among the encrypted secrets', async () => {
    writeFileSync(join(root, 'environments', 'secrets', 'dev', 'acme.key.yaml'), 'kind: Secret\n');
    await expect(load(GOOD)).rejects.toThrow(/environments\/secrets\/dev\/acme\.key\.yaml:1:1 the file must hold a SopsSecret, got Secret/);
  });
});
