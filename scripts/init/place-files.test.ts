import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { injectFaults } from '../tree/testing/faults.ts';
import { aFolder, put, snapshot } from '../tree/testing/places.ts';
import { placeFiles } from './place-files.ts';

const FILES = new Map([
  ['README.md', 'A repository.\n'],
  ['package.json', '{ "name": "fleet" }\n'],
  ['stacks/hello.ts', 'hello\n'],
  ['stacks/more/lab.ts', 'lab\n'],
]);
const BEFORE = { 'package.json': '{}\n' };

/** Places the files in a folder that `npm init` was called in. */
function place(root: string, faults: Parameters<typeof injectFaults>[0] = {}): { message?: string } {
  put(join(root, 'package.json'), BEFORE['package.json']);
  const injected = injectFaults(faults);
  try {
    placeFiles(root, FILES, 'package.json');
    return {};
  } catch (error) {
    return error as Error;
  } finally {
    injected.remove();
  }
}

describe('placeFiles', () => {
  it('puts all files in their places, and nothing else', () => {
    const root = aFolder();
    expect(place(root)).toEqual({});
    expect(snapshot(root)).toEqual(Object.fromEntries(FILES));
  });

  it('makes the folder, and takes it away again when the disk is full', () => {
    const folder = aFolder();
    const faults = injectFaults({ fullFrom: 3 });
    const run = () => placeFiles(join(folder, 'a', 'b'), FILES, 'package.json');
    expect(run).toThrow(/^Cannot .*: the disk is full; free some space and run again\. Nothing has been changed\. \[FW_OUTPUT_FAILED\]$/);
    faults.remove();
    expect(snapshot(folder)).toEqual({});
    run();
    expect(snapshot(join(folder, 'a', 'b'))).toEqual(Object.fromEntries(FILES));
  });

  it('leaves everything as it was, whichever call a full disk refuses', () => {
    const outcomes: string[] = [];
    for (let fullFrom = 1; outcomes.at(-1) !== 'placed'; fullFrom++) {
      const root = aFolder();
      const { message } = place(root, { fullFrom });
      outcomes.push(message === undefined ? 'placed' : 'refused');
      expect(snapshot(root)).toEqual(message === undefined ? Object.fromEntries(FILES) : BEFORE);
    }
    expect(outcomes.length).toBeGreaterThan(FILES.size * 2);
  });

  it('leaves no file half written, whenever it is killed', () => {
    for (let freezeAt = 1; freezeAt < 20; freezeAt++) {
      const root = aFolder();
      place(root, { freezeAt });
      const visible = Object.entries(snapshot(root)).filter(([path]) => !path.startsWith('.fleetwright-init-'));
      for (const [path, text] of visible) expect([FILES.get(path), BEFORE[path as keyof typeof BEFORE]]).toContain(text);
    }
  });

  it('overwrites nothing that has appeared since, and takes back what it has put there', () => {
    const root = aFolder();
    put(join(root, 'stacks/mine.ts'), 'mine\n');
    expect(place(root)).toMatchObject({
      code: 'FW_OUTPUT_FAILED',
      message: `Cannot write ${root}/stacks: something is in the way; move it away and run again. Nothing has been changed. [FW_OUTPUT_FAILED]`,
    });
    expect(snapshot(root)).toEqual({ ...BEFORE, 'stacks/mine.ts': 'mine\n' });
  });
});
