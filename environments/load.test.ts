import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

  it('does not trust what it remembers when it is asked to read afresh', async () => {
    await load(GOOD);
    const cache = join(root, '.cache', 'environments', 'dev.json');
    writeFileSync(cache, readFileSync(cache, 'utf8').replace('dev.fleet.example.com', 'evil.example.com'));
    expect(await loadEnvironment(root, 'dev')).toMatchObject({ domain: 'evil.example.com' });
    expect(await loadEnvironment(root, 'dev', { fresh: true })).toMatchObject({ domain: 'dev.fleet.example.com' });
  });

  it.each(["'fd00::/8'", "'::/0'", "'fd00:0:0:1::/64'", '0.0.0.0/0', '10.20.30.40/32'])('takes the block %s', async (cidr) => {
    expect(await load(GOOD.replace('10.20.0.1/32', cidr))).toMatchObject({ name: 'dev' });
  });

  it.each([
    ['x.yml', 'environments/x.yml cannot be an environment: it is not read; rename it to x.yaml [FW_ENVIRONMENT_INVALID]'],
    ['Prod.yaml', "environments/Prod.yaml cannot be an environment: 'name' must be 1 to 48 characters"],
    ['_argocd.yaml', "environments/_argocd.yaml cannot be an environment: 'name' must be 1 to 48 characters"],
    ['.yaml', "environments/.yaml cannot be an environment: 'name' must be 1 to 48 characters"],
  ])('refuses the file name %s', (file, message) => {
    writeFileSync(join(root, 'environments', file), GOOD);
    expect(() => environmentNames(root)).toThrow(message);
  });

  it('refuses the configuration of a Pulumi stack whose org is left to Argo CD, also where it remembers the environment', async () => {
    await load(GOOD);
    writeFileSync(join(root, 'environments', 'Pulumi.hello.dev.yaml'), 'config: {}');
    await expect(load(GOOD)).rejects.toThrow(
      "environments/Pulumi.hello.dev.yaml configures a Pulumi stack, but environments/dev.yaml leaves org 'hello' to Argo CD, and an org has one engine; " +
        "write 'engine: pulumi' under 'orgs.hello' there, or remove the file [FW_ENGINE_REFUSED]",
    );
    expect(environmentNames(root)).toEqual(['dev']);
    expect(await load(GOOD.replace('  hello:\n', '  hello:\n    engine: pulumi\n'))).toMatchObject({
      orgs: { hello: { engine: 'pulumi' } },
    });
  });

  it.each(['Pulumi.hello.prod.yaml', 'Pulumi.gone.dev.yaml', 'Pulumi.yaml', 'Pulumi.constructor.dev.yaml'])(
    'takes %s for no business of its own',
    async (file) => {
      writeFileSync(join(root, 'environments', file), 'config: {}');
      expect(await load(GOOD)).toMatchObject({ name: 'dev' });
    },
  );

  it('does not wait at a pipe or a device', async () => {
    execFileSync('mkfifo', [join(root, 'environments', 'pipe.yaml')]);
    symlinkSync('/dev/zero', join(root, 'environments', 'zero.yaml'));
    for (const name of ['pipe', 'zero']) {
      await expect(loadEnvironment(root, name)).rejects.toThrow(`environments/${name}.yaml cannot be read; check that it is a file`);
    }
  });

  it('tells all that is wrong, with its line', async () => {
    const text = GOOD.replace('backend: proxy', 'backend: proxi')
      .replace('  storage:', '  storag:')
      .replace('prune: automatic', 'prune: yes');
    await expect(load(text)).rejects.toThrow(
      [
        'environments/dev.yaml cannot be used:',
        "environments/dev.yaml:5:1 'cluster' must have 'storage'",
        "environments/dev.yaml:30:3 'cluster.storag' is not known; did you mean 'storage'?",
        "environments/dev.yaml:9:5 'cluster.egress.backend' must be one of proxy, cilium, snapshot, got \"proxi\"; did you mean 'proxy'?",
        'environments/dev.yaml:46:3 \'delivery.prune\' must be one of automatic, confirm, got "yes" [FW_ENVIRONMENT_INVALID]',
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
    [
      'a tag of a map',
      GOOD.replace(/orgs:[^]*/, 'orgs: !!omap [ { hello: {} } ]\n'),
      /the tag 'tag:yaml\.org,2002:omap' is not allowed; remove it/,
    ],
    ['a tag of a text', GOOD.replace('domain: dev', 'domain: !!str dev'), /the tag 'tag:yaml\.org,2002:str' is not allowed; remove it/],
    ['another version of YAML', `%YAML 1.1\n---\n${GOOD}`, /dev\.yaml:1:1 a %YAML line is not allowed; remove it/],
    ...['999.1.1.1/32', '10.0.0.0/99', '10.20.0.1/8', '010.020.0.1/32', "':::::/129'", "'fd00::1/64'", '10.0.0.0/08'].map(
      (cidr): [string, string, RegExp] => [
        `the block ${cidr}`,
        GOOD.replace('10.20.0.1/32', cidr),
        /dev\.yaml:15:13 'cluster\.apiServer\.cidrs\.0' must be a block of addresses whose first address is written, such as 10\.20\.0\.0\/16, got "/,
      ],
    ),
    ...['https://login', 'https://...', 'https://10.0.0.1'].map((issuer): [string, string, RegExp] => [
      `the issuer ${issuer}`,
      GOOD.replace('https://login.example.com', issuer),
      /dev\.yaml:28:5 'cluster\.oidc\.issuer' must be an https URL with a full host name, such as https:\/\/login\.example\.com, got "/,
    ]),
    [
      'a day that is none',
      GOOD.replace('backend: proxy', "backend: snapshot\n    hosts: { a.example: { cidrs: [10.0.0.0/8], expires: '2026-02-30' } }"),
      /must be a day of the calendar as YYYY-MM-DD, got "2026-02-30"/,
    ],
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
