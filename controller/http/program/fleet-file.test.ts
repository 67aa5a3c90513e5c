import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFleet } from './fleet-file.ts';
import { readOptions } from './options.ts';

const FILE = { contract: '1.0', orgs: { acme: { agents: { ada: { mode: 'pool' } } } } };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleet-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, value: unknown): void {
  writeFileSync(join(folder, name), JSON.stringify(value));
}

describe('A folder of fleet files', () => {
  it('is one fleet, as Kubernetes mounts it', () => {
    mkdirSync(join(folder, '..2026_01_01'));
    write('..2026_01_01/acme.json', FILE);
    symlinkSync('..2026_01_01', join(folder, '..data'));
    symlinkSync('..data/acme.json', join(folder, 'acme.json'));
    write('beta.json', { contract: '1.0', orgs: { beta: { agents: {} } } });
    expect(Object.keys(readFleet(folder).orgs)).toEqual(['acme', 'beta']);
  });

  it('names the file that is wrong', () => {
    write('acme.json', FILE);
    write('beta.json', { contract: '1.0', orgs: { beta: {} } });
    expect(() => readFleet(folder)).toThrow(`'${join(folder, 'beta.json')}' is not valid`);
  });

  it('tells of each org once', () => {
    write('acme.json', FILE);
    write('twice.json', FILE);
    expect(() => readFleet(folder)).toThrow(
      `'${join(folder, 'twice.json')}' tells of org 'acme', and so does another file of '${folder}'; keep one`,
    );
  });

  it('is refused when there is nothing in it', () => {
    expect(() => readFleet(folder)).toThrow(`The folder '${folder}' holds no file that ends with .json`);
  });
});

describe('The URL of the database', () => {
  it('comes from a file, where people and programs do not see it', () => {
    writeFileSync(join(folder, 'url'), 'postgres://a:b@c/d\n');
    expect(readOptions(['--postgres-file', join(folder, 'url')], {})?.postgres).toBe('postgres://a:b@c/d');
    expect(() => readOptions(['--postgres-file', join(folder, 'none')], {})).toThrow("of '--postgres-file' cannot be read");
  });
});
