import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadFleets } from './load-fleet.ts';

const PROJECT = join(import.meta.dirname, '..');
const CONSTRUCTS = join(PROJECT, 'constructs', 'index.ts');
const ENVIRONMENT = readFileSync(join(PROJECT, 'environments', 'dev.yaml'), 'utf8').replace(/\norgs:[^]*$/, '\norgs:\n  acme: {}\n');
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fleetwright-stacks-'));
  mkdirSync(join(root, 'environments'));
  mkdirSync(join(root, 'stacks'));
  writeFileSync(join(root, 'environments', 'dev.yaml'), ENVIRONMENT);
});
afterEach(() => rmSync(root, { recursive: true }));

function load(stack: string): Promise<unknown> {
  writeFileSync(
    join(root, 'stacks', 'acme.ts'),
    `import { Agent, Org, Persona, Egress, Run, WorkerRuntime } from ${JSON.stringify(CONSTRUCTS)};\n${stack}\n`,
  );
  return loadFleets({}, { root });
}

describe('the stack of an org', () => {
  it.each([
    ['nothing', 'export default () => {};', /^stacks\/acme\.ts returned nothing where it must return its Org/],
    ['something else', 'export default () => 42;', /^stacks\/acme\.ts returned something else where it must return its Org/],
    [
      'a promise',
      "export default async (fleet) => new Org(fleet, 'acme');",
      /^stacks\/acme\.ts returned a promise: a stack reads nothing and waits for nothing/,
    ],
    [
      'another org',
      "export default (fleet) => new Org(fleet, 'other');",
      /^stacks\/acme\.ts returned the org 'other' where 'acme' is expected/,
    ],
  ])('refuses a stack that returns %s', async (_, stack, message) => {
    await expect(load(stack)).rejects.toThrow(message);
  });

  it.each([
    ['throws', "export default () => { throw new Error('no luck'); };", /^stacks\/acme\.ts:2:\d+ threw: no luck/],
    ['throws a text', "export default () => { throw 'no luck'; };", /^stacks\/acme\.ts threw: no luck/],
    [
      'throws what is no text',
      'export default () => { throw Object.create(null); };',
      /^stacks\/acme\.ts threw: \[Object: null prototype\] \{\}/,
    ],
    [
      'adds another org',
      "export default (fleet) => { new Org(fleet, 'evil'); return new Org(fleet, 'acme'); };",
      /^stacks\/acme\.ts adds or removes 'evil' beside its org 'acme': a stack adds its own org alone; give each org a stack of its own/,
    ],
    [
      'calls itself',
      'export default function f(fleet) { return f(fleet); }',
      /^stacks\/acme\.ts:2:\d+ never ends: something calls or refers to itself/,
    ],
    ['is no function', 'export default 42;', /^stacks\/acme\.ts has no stack: it must export a function \(fleet\) => Org as its default/],
    ['exports nothing', '', /^stacks\/acme\.ts has no stack/],
    ['is no TypeScript', 'export default (;', /^stacks\/acme\.ts cannot be loaded: /],
    ['imports what is not there', "import './nowhere.ts';", /^stacks\/acme\.ts cannot be loaded: Cannot find module/],
  ])('refuses a stack that %s', async (_, stack, message) => {
    await expect(load(stack)).rejects.toThrow(message);
    await expect(load(stack)).rejects.toMatchObject({ code: 'FW_STACK_INVALID' });
  });

  it.each([
    [
      'adds to',
      "new Agent(fleet.orgs[0], 'intruder', { runtime: WorkerRuntime.reference(), run: Run.service(), instructions: 'Hi.' });",
      /^stacks\/zeta\.ts:3:3 adds to the org of another stack: a stack adds its own org alone; write it into that org's stack/,
    ],
    ['removes', "fleet.node.tryRemoveChild('acme');", /^stacks\/zeta\.ts adds or removes 'acme' beside its org 'zeta'/],
    [
      'changes',
      "fleet.orgs[0].node.findChild('worker').addJsonPatch('Deployment', { op: 'remove', path: '/spec/replicas' });",
      /^stacks\/zeta\.ts:3:\d+: dev\/acme\/worker cannot be built:\n {2}- 'addJsonPatch' must be called by the stack of its own org/,
    ],
  ])('refuses a stack that %s the org of another', async (_, code, message) => {
    writeFileSync(join(root, 'environments', 'dev.yaml'), `${ENVIRONMENT}  zeta: {}\n`);
    const text = `import { Agent, Org, Run, WorkerRuntime } from ${JSON.stringify(CONSTRUCTS)};\n`;
    writeFileSync(join(root, 'stacks', 'zeta.ts'), `${text}export default (fleet) => {\n  ${code}\n  return new Org(fleet, 'zeta');\n};\n`);
    const worker = "new Agent(org, 'worker', { runtime: WorkerRuntime.reference(), run: Run.service(), instructions: 'Hi.' })";
    const refused = load(`export default (fleet) => { const org = new Org(fleet, 'acme'); ${worker}; return org; };`);
    await expect(refused).rejects.toThrow(message);
  });

  it('names the line at which a construct was refused', async () => {
    await expect(load("export default (fleet) => new Org(fleet, 'Acme');")).rejects.toThrow(
      /^stacks\/acme\.ts:2:\d+: dev\/Acme cannot be built:\n {2}- 'id' must be/,
    );
  });

  it('names the line at which a value was refused', async () => {
    await expect(load("export default () => Egress.host('*', { reason: 'x' });")).rejects.toMatchObject({
      code: 'FW_INVALID_VALUE',
      message: expect.stringMatching(/^stacks\/acme\.ts:2:\d+: Egress to '\*': 'host' must be/) as string,
    });
  });

  it('tells of another copy of Fleetwright, whose constructs this one does not know', async () => {
    const copy = join(root, 'node_modules', 'fleetwright');
    mkdirSync(join(copy, 'build'), { recursive: true });
    writeFileSync(join(copy, 'package.json'), '{ "name": "fleetwright", "type": "module", "exports": "./build/index.js" }');
    writeFileSync(join(copy, 'build', 'index.js'), 'export class Org { constructor(fleet, id) { this.id = id; } }\n');
    const failed = load("import { Org as Other } from 'fleetwright';\nexport default (fleet) => new Other(fleet, 'acme');");
    await expect(failed).rejects.toThrow(
      `this program is of the Fleetwright in ${PROJECT}, and stacks/acme.ts is written with the one in ${realpathSync(copy)}; ` +
        "run the fleet's own, such as by 'npx fleetwright' [FW_STACK_INVALID]",
    );
  });

  it('refuses an org that has none', async () => {
    cpSync(join(PROJECT, 'stacks', 'hello.ts'), join(root, 'stacks', 'akme.ts'));
    await expect(loadFleets({}, { root })).rejects.toThrow(
      "org 'acme' has no stack: stacks/acme.ts does not exist; did you mean 'akme'? [FW_STACK_INVALID]",
    );
  });
});
