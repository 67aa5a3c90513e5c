import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Tool, McpServer } from '../constructs/index.ts';
import { anOrg } from '../test/builders.ts';
import { loadEnvironment, type LockedTool, type ToolLock } from './index.ts';
import { findCycle, parseCatalogue } from './tool-catalogue.ts';
import { findStale, parseLock, renderLock } from './tool-lock.ts';

const DEV = readFileSync(join(import.meta.dirname, 'dev.yaml'), 'utf8');
const DIGEST = `sha256:${'a'.repeat(64)}`;
const PACKAGE: LockedTool = { dependencies: {}, integrity: `sha512-${'A'.repeat(86)}==`, npm: 'echo', range: '^1.0.0', version: '1.2.0' };
const IMAGE: LockedTool = {
  dependencies: { echo: '*' },
  digest: DIGEST,
  image: 'images.example.com/mcp/search',
  range: '1.x',
  tag: 'v1.4.2',
  version: '1.4.2',
};
const CATALOGUE = readFileSync(join(import.meta.dirname, '..', 'docs', 'guides', 'tools-and-the-lock.yaml'), 'utf8');

describe('parseCatalogue', () => {
  it('fills in what is left out', () => {
    expect(parseCatalogue("tools: { echo: { npm: echo, range: '1' } }")).toEqual({
      echo: { dependencies: {}, npm: 'echo', range: '1', traits: [] },
    });
  });

  it('knows the traits that tools have', () => {
    const traits = ['private-data', 'untrusted-content', 'external-write', 'code-execution'] as const;
    expect(parseCatalogue(`tools: { echo: { npm: echo, range: '1', traits: [${traits.join(', ')}] } }`)['echo']?.traits).toEqual(traits);
    expect(new Tool(anOrg(), 'a', { server: McpServer.stdio('mcp-stdio'), traits }).traits).toHaveLength(traits.length);
  });

  it('tells all that is wrong, with its line', () => {
    const text = `tools:
  Echo: { npm: echo, range: '1' }
  one: { range: '1' }
  two: { npm: a, image: images.example.com/b, range: '1' }
  three: { npm: a, range: latest, trait: [x] }
  four: { image: search, range: ' ' }
  five: { npm: --registry=x, range: '1', traits: [privat-data] }
  six: { npm: a, range: '1', description: "\\e[31m" }
`;
    const message = messageOf(() => parseCatalogue(text));
    for (const line of [
      "tools.yaml:2:3 'tools.Echo' must be 1 to 48 characters of a-z, 0-9 and '-', with a letter at the beginning and no '-' at the end, got \"Echo\"",
      "tools.yaml:3:3 'tools.one' must have either 'npm' or 'image'",
      "tools.yaml:4:3 'tools.two' must have either 'npm' or 'image'",
      "tools.yaml:5:35 'tools.three.trait' is not known; did you mean 'traits'?",
      "tools.yaml:5:20 'tools.three.range' must be a range of versions, such as '^1.4.0' or '>=2 <4', got \"latest\"",
      '\'tools.four.image\' must be an image with its registry and without tag, such as registry.example.com/mcp/search, got "search"',
      "'tools.four.range' must be a range of versions",
      "'tools.five.npm' must be the name of an npm package, such as '@acme/search', got \"--registry=x\"",
      "'tools.five.traits.0' must be one of private-data, untrusted-content, external-write, code-execution, got \"privat-data\"; did you mean 'private-data'?",
      "'tools.six.description' must be a line of 1 to 200 characters, got ",
    ]) {
      expect(message).toContain(line);
    }
  });

  it('refuses a dependency that is no tool, and one that leads back, with the way', () => {
    expect(() => parseCatalogue(CATALOGUE.replace("echo: '*'", "ecco: '*'"))).toThrow(
      "tools.yaml:11:7 'search' depends on 'ecco', which is no tool of the catalogue; did you mean 'echo'? [FW_TOOLS_INVALID]",
    );
    const circle = CATALOGUE.replace('traits: [private-data]', "dependencies: { search: '*' }");
    expect(() => parseCatalogue(circle)).toThrow(
      'tools.yaml:5:21 tools depend on each other in a circle: echo → search → echo; remove one of these dependencies [FW_TOOLS_INVALID]',
    );
  });
});

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
type Graph = Record<string, { dependencies: Record<string, string> }>;
const dependencies = (names: readonly string[]) => ({ dependencies: Object.fromEntries(names.map((name) => [name, '*'])) });

describe('findCycle', () => {
  it('finds none where each tool depends on later ones only', () => {
    const graphs = fc.tuple(...NAMES.map((_, at) => fc.subarray(NAMES.slice(at + 1))));
    fc.assert(
      fc.property(graphs, (lists) => {
        expect(findCycle(Object.fromEntries(lists.map((list, at) => [NAMES[at], dependencies(list)])) as Graph)).toBeUndefined();
      }),
    );
  });

  it('finds one exactly where a tool reaches itself, and the way is one', () => {
    const graphs = fc.tuple(...NAMES.map(() => fc.subarray(NAMES, { maxLength: 2 })));
    fc.assert(
      fc.property(graphs, (lists) => {
        const graph = Object.fromEntries(lists.map((list, at) => [NAMES[at], dependencies(list)])) as Graph;
        const cycle = findCycle(graph);
        expect(cycle !== undefined).toBe(NAMES.some((name) => reaches(graph, name, name, new Set())));
        if (cycle === undefined) return;
        expect(cycle[0]).toBe(cycle.at(-1));
        for (let i = 1; i < cycle.length; i++) expect(Object.keys(graph[cycle[i - 1] ?? '']?.dependencies ?? {})).toContain(cycle[i]);
      }),
    );
  });

  it('takes a chain of any length, and ends in time', { timeout: 60_000 }, () => {
    const chain: Graph = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`t${at}`, dependencies([`t${at + 1}`])]));
    expect(findCycle(chain)).toBeUndefined();
    expect(findCycle({ ...chain, t20000: dependencies(['t19999']) })).toEqual(['t19999', 't20000', 't19999']);
  });
});

function reaches(graph: Graph, from: string, to: string, seen: Set<string>): boolean {
  return Object.keys(graph[from]?.dependencies ?? {}).some((next) => {
    if (next === to) return true;
    if (seen.has(next)) return false;
    seen.add(next);
    return reaches(graph, next, to, seen);
  });
}

describe('a lock', () => {
  it('is read as it was written, and the same bytes in whatever order its tools come', () => {
    const text = renderLock({ echo: PACKAGE, search: IMAGE });
    expect(parseLock(text)).toEqual({ echo: PACKAGE, search: IMAGE });
    const { version, ...rest } = PACKAGE;
    expect(renderLock({ search: IMAGE, echo: { version, ...rest } })).toBe(text);
    expect(text.endsWith('}\n')).toBe(true);
  });

  const GOOD = renderLock({ echo: PACKAGE, search: IMAGE });
  it.each([
    ['another version', GOOD.replace('"1.2.0"', '"1.3.0"'), 'it was changed by hand'],
    ['another digest of an image', GOOD.replaceAll('aaaa"', 'bbbb"'), 'it was changed by hand'],
    ['a tool less', GOOD.replace(/"echo": \{[^]*?\},\n {4}"search"/, '"search"'), 'it was changed by hand'],
    ['other digests than SHA-512', GOOD.replace('sha512-', 'sha1-'), "'tools.echo.integrity' must match pattern"],
    [
      'a tag in the place of a digest',
      GOOD.replace(/("tag"[^]*)/, '$1').replace(`"digest": "${DIGEST}",\n      "image"`, '"digest": "latest",\n      "image"'),
      "'tools.search.digest' must match pattern",
    ],
    ['a newer format', GOOD.replace('"format": 1', '"format": 2'), 'it has the format 2, and this version of Fleetwright reads format 1'],
    ['a field of its own', GOOD.replace('"format": 1', '"format": 1, "note": ""'), "'note' is not known"],
    ['a key twice', GOOD.replace('"format": 1', '"format": 1, "format": 1'), 'the key stands twice in its map'],
    ['half of the file', GOOD.slice(0, 200), 'line '],
    ['nothing', '', "'the file' must be object, got null"],
    [
      'two branches',
      `<<<<<<< ours\n${GOOD}=======\n${GOOD}>>>>>>> theirs\n`,
      "two branches changed it: take the file of either side, and run 'fleetwright tools resolve'",
    ],
  ])('with %s is refused', (_, text, message) => {
    expect(text).not.toBe(GOOD);
    const said = messageOf(() => parseLock(text));
    expect(said).toContain('tools.lock cannot be used: ');
    expect(said).toContain(message);
    expect(said).toMatch(/ \[FW_TOOLS_LOCK_INVALID\]$/);
  });

  it.each<[string, ToolLock, string[]]>([
    ['nothing', {}, ["'echo' is not in the lock", "'search' is not in the lock"]],
    ['one more', { echo: PACKAGE, old: PACKAGE, search: IMAGE }, ["'old' is in the lock, but not in tools.yaml"]],
    [
      'a version outside of its range',
      { echo: { ...PACKAGE, version: '2.0.0' }, search: IMAGE },
      ["'echo' is locked at 2.0.0, which is not in '^1.0.0' that tools.yaml asks for"],
    ],
    [
      'another range',
      { echo: { ...PACKAGE, range: '1.2.x' }, search: IMAGE },
      ["'echo' was locked for another source, range or other dependencies than tools.yaml has"],
    ],
    [
      'another package',
      { echo: { ...PACKAGE, npm: 'ecco' }, search: IMAGE },
      ["'echo' was locked for another source, range or other dependencies than tools.yaml has"],
    ],
    [
      'other dependencies',
      { echo: PACKAGE, search: { ...IMAGE, dependencies: {} } },
      ["'search' was locked for another source, range or other dependencies than tools.yaml has"],
    ],
    ['what is asked for', { echo: PACKAGE, search: IMAGE }, []],
  ])('with %s does not fit, or does', (_, lock, stale) => {
    expect(findStale(parseCatalogue(CATALOGUE), lock)).toEqual(stale);
  });

  it('does not fit where a dependent asks for another version', () => {
    const catalogue = parseCatalogue(CATALOGUE.replace("echo: '*'", "echo: '>=1.3'"));
    const lock = { echo: PACKAGE, search: { ...IMAGE, dependencies: { echo: '>=1.3' } } };
    expect(findStale(catalogue, lock)).toEqual(["'echo' is locked at 1.2.0, which is not in '>=1.3' that 'search' asks for"]);
  });
});

describe('an environment', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'fleetwright-tools-'));
    mkdirSync(join(root, 'environments'));
    writeFileSync(join(root, 'environments', 'dev.yaml'), DEV);
    writeFileSync(join(root, 'tools.yaml'), CATALOGUE);
    writeFileSync(join(root, 'tools.lock'), renderLock({ echo: PACKAGE, search: IMAGE }));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('has the tools, and the images among them', async () => {
    const { tools, images } = await loadEnvironment(root, 'dev');
    expect(tools).toEqual({
      echo: { dependencies: [], image: 'npm/echo@1.2.0', kind: 'npm', traits: ['private-data'] },
      search: { allow: ['find'], dependencies: ['echo'], image: 'tools/search@1.4.2', kind: 'image', traits: [] },
    });
    expect(images['tools/search@1.4.2']).toBe(`images.example.com/mcp/search@${DIGEST}`);
    expect(images).not.toHaveProperty('npm/echo@1.2.0');
  });

  it('has none where there are no files', async () => {
    rmSync(join(root, 'tools.yaml'));
    rmSync(join(root, 'tools.lock'));
    expect((await loadEnvironment(root, 'dev')).tools).toEqual({});
  });

  it('sees a changed lock, however often it was read before', async () => {
    await loadEnvironment(root, 'dev');
    writeFileSync(join(root, 'tools.lock'), renderLock({ echo: { ...PACKAGE, version: '1.3.0' }, search: IMAGE }));
    expect((await loadEnvironment(root, 'dev')).tools?.['echo']?.image).toBe('npm/echo@1.3.0');
    rmSync(join(root, 'tools.lock'));
    await expect(loadEnvironment(root, 'dev')).rejects.toThrow(
      [
        "tools.lock does not fit tools.yaml; run 'fleetwright tools resolve' and commit what it writes:",
        "'echo' is not in the lock",
        "'search' is not in the lock [FW_TOOLS_LOCK_STALE]",
      ].join('\n  - '),
    );
  });

  it('may take a locked image from a mirror, and no other image', async () => {
    const mirror = (digest: string) => DEV.replace('\nimages:\n', `\nimages:\n  tools/search@1.4.2: mirror.example.com/search@${digest}\n`);
    writeFileSync(join(root, 'environments', 'dev.yaml'), mirror(DIGEST));
    expect((await loadEnvironment(root, 'dev')).images['tools/search@1.4.2']).toBe(`mirror.example.com/search@${DIGEST}`);
    writeFileSync(join(root, 'environments', 'dev.yaml'), mirror(DIGEST.replaceAll('a', 'b').replace('shb256', 'sha256')));
    await expect(loadEnvironment(root, 'dev')).rejects.toThrow(
      /environments\/dev\.yaml does not fit tools\.lock: image 'tools\/search@1\.4\.2' is sha256:b+, but tools\.lock has sha256:a+: mirror the locked image, or leave the name out \[FW_TOOLS_LOCK_STALE\]/,
    );
  });

  it('tells of a file that cannot be read', async () => {
    rmSync(join(root, 'tools.lock'));
    mkdirSync(join(root, 'tools.lock'));
    await expect(loadEnvironment(root, 'dev')).rejects.toThrow(
      'tools.lock cannot be read; check that it is a file that you may read [FW_TOOLS_INVALID]',
    );
  });
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return '';
}
