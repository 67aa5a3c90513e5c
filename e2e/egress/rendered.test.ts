import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { currentSession } from '../session.ts';
import { readRendered } from '../tree/index.ts';
import { Proxy } from './proxy.ts';
import { fetchSquid, type SquidPackage } from './squid-package.ts';

const session = currentSession();
const configs = readRendered(session.tree).flatMap(({ objects }) =>
  objects
    .filter(({ object }) => object.kind === 'ConfigMap' && object.metadata.name === 'egress')
    .map(({ object, file }) => ({ file, object })),
);

describe('the rendered configurations of squid', () => {
  let squid: SquidPackage;
  beforeAll(async () => {
    squid = await fetchSquid(join(import.meta.dirname, '../../.cache/e2e'));
  });

  it('are there', () => {
    expect(configs.length).toBeGreaterThan(0);
  });

  it.each(configs)('$file is taken without a complaint', async ({ file, object }) => {
    const folder = join(session.run.path, file.replaceAll('/', '-'));
    mkdirSync(folder);
    expect(await new Proxy({ folder, hosts: [], objects: [object], squid }).parse()).toEqual({ code: 0, complaints: [] });
  });
});
