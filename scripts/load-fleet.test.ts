import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadFleets, type SelectionOptions } from './load-fleet.ts';

const PROJECT = join(import.meta.dirname, '..');
const CONSTRUCTS = join(PROJECT, 'constructs', 'index.ts');
const ENVIRONMENT = readFileSync(join(PROJECT, 'environments', 'dev.yaml'), 'utf8').replace(/\norgs:[^]*$/, '\norgs:\n');
/** Which orgs each environment lists. */
const ORGS = { dev: ['acme', 'news'], prod: ['acme'], stage: ['acme', 'shop'] };
let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'fleetwright-fleets-'));
  mkdirSync(join(root, 'environments'));
  mkdirSync(join(root, 'stacks'));
  for (const [name, orgs] of Object.entries(ORGS)) {
    writeFileSync(join(root, 'environments', `${name}.yaml`), `${ENVIRONMENT}${orgs.map((org) => `  ${org}: {}\n`).join('')}`);
  }
  const text = `import { Org } from ${JSON.stringify(CONSTRUCTS)};\n`;
  for (const org of ['acme', 'news', 'shop']) {
    writeFileSync(join(root, 'stacks', `${org}.ts`), `${text}export default (fleet) => new Org(fleet, '${org}');\n`);
  }
});
afterAll(() => rmSync(root, { recursive: true }));

async function load(selection: SelectionOptions): Promise<string[]> {
  const fleets = await loadFleets(selection, { root });
  return fleets.map(({ environment, orgs }) => `${environment.name}: ${orgs.map(({ name }) => name).join(' ')}`);
}

describe('loadFleets', () => {
  it('runs the stacks of all orgs that each environment lists', async () => {
    expect(await load({})).toEqual(['dev: acme news', 'prod: acme', 'stage: acme shop']);
  });

  it('runs those of chosen environments, each once', async () => {
    expect(await load({ env: ['stage', 'dev', 'dev'] })).toEqual(['stage: acme shop', 'dev: acme news']);
  });

  it('runs those of chosen orgs, each once, in the environments that list one of them', async () => {
    expect(await load({ org: ['shop', 'news', 'news'] })).toEqual(['dev: news', 'stage: shop']);
  });

  it.each<[SelectionOptions, string]>([
    [
      { org: ['acme', 'stop'] },
      "there is no org 'stop': it is not listed in environments/dev.yaml, environments/prod.yaml, environments/stage.yaml; did you mean 'shop'? [FW_ORG_UNKNOWN]",
    ],
    [
      { env: ['dev', 'prod'], org: ['news'] },
      "there is no org 'news': it is not listed in environments/prod.yaml; known are acme [FW_ORG_UNKNOWN]",
    ],
    [
      { env: ['dev', 'prodd'] },
      "there is no environment 'prodd': environments/prodd.yaml does not exist; did you mean 'prod'? [FW_ENVIRONMENT_UNKNOWN]",
    ],
  ])('refuses %j', async (selection, message) => {
    await expect(load(selection)).rejects.toThrow(message);
  });

  it('refuses a folder that holds no fleet', async () => {
    const folder = join(root, 'stacks');
    await expect(loadFleets({}, { root: folder })).rejects.toThrow(
      `${folder} is not a fleet: there is no file environments/<name>.yaml; go to the folder that has one [FW_ENVIRONMENT_UNKNOWN]`,
    );
  });
});
