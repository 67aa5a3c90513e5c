import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { print } from '../print.ts';
import { documents } from './code-blocks.ts';
import { replaceCode } from './markdown.ts';
import { drawEstate, PICTURE } from './picture.ts';
import { readRegion } from './regions.ts';

const ROOT = dirname(dirname(import.meta.dirname));

for (const file of documents(ROOT)) {
  const path = join(ROOT, file);
  const before = readFileSync(path, 'utf8');
  const after = replaceCode(before, ({ region, code }) => (region === undefined ? code : readRegion(ROOT, region)));
  if (after === before) continue;
  writeFileSync(path, after);
  print(`${file}: code copied from its source`);
}

const picture = join(ROOT, PICTURE);
const drawn = await drawEstate(ROOT);
if (!existsSync(picture) || readFileSync(picture, 'utf8') !== drawn) {
  writeFileSync(picture, drawn);
  print(`${PICTURE}: drawn from stacks/`);
}
