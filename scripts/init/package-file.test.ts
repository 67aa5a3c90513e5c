import { describe, expect, it } from 'vitest';
import { mergePackageFile, parsePackageFile } from './package-file.ts';

const WANTED = {
  name: 'fleet',
  private: true,
  type: 'module',
  scripts: { start: 'fleetwright synth', test: 'fleetwright check' },
  dependencies: { fleetwright: '0.1.0' },
  devDependencies: { typescript: '7.0.2' },
};

function merge(found: object): unknown {
  const merged = mergePackageFile({ ...found }, WANTED);
  return 'text' in merged ? JSON.parse(merged.text) : merged;
}

describe('mergePackageFile', () => {
  it('writes what is wanted where nothing is', () => {
    expect(mergePackageFile({}, WANTED)).toEqual({ text: `${JSON.stringify(WANTED, undefined, 2)}\n` });
  });

  it('keeps every field, and adds what is missing', () => {
    const found = {
      name: 'ours',
      private: false,
      license: 'MIT',
      scripts: { lint: 'oxlint', start: 'fleetwright synth' },
      dependencies: { fleetwright: 'file:../fleetwright-0.1.0.tgz', yaml: '2.9.1' },
      devDependencies: { typescript: '5.9.3' },
    };
    expect(merge(found)).toEqual({
      ...found,
      type: 'module',
      scripts: { ...found.scripts, test: 'fleetwright check' },
    });
  });

  it('names no package twice', () => {
    const found = { dependencies: { typescript: '5.9.3' }, optionalDependencies: { fleetwright: '0.1.0' } };
    const { name, private: isPrivate, type, scripts } = WANTED;
    expect(merge(found)).toEqual({ ...found, name, private: isPrivate, type, scripts });
  });

  it('replaces what npm init writes unasked', () => {
    const found = { main: 'index.js', type: 'commonjs', scripts: { test: 'echo "Error: no test specified" && exit 1' } };
    expect(merge(found)).toEqual({ ...WANTED, main: 'index.js' });
  });

  it('tells what contradicts, all of it', () => {
    expect(merge({ type: 'other', scripts: { start: 'node .', test: 'vitest' }, devDependencies: ['typescript'] })).toEqual({
      problems: [
        `its 'type' is "other", where "module" is needed; rename or remove it`,
        `its 'scripts.start' is "node .", where "fleetwright synth" is needed; rename or remove it`,
        `its 'scripts.test' is "vitest", where "fleetwright check" is needed; rename or remove it`,
        `its 'devDependencies' is ["typescript"], where {"typescript":"7.0.2"} is needed; rename or remove it`,
      ],
    });
  });
});

describe('parsePackageFile', () => {
  it('reads an object, behind a byte order mark too', () => {
    expect(parsePackageFile('\uFEFF{ "name": "fleet" }')).toEqual({ name: 'fleet' });
  });

  it.each([
    ['[]', 'it holds no object'],
    ['null', 'it holds no object'],
    ['', 'it is no JSON: Unexpected end of JSON input'],
    ['{ "name": ', expect.stringMatching(/^it is no JSON: /)],
  ])('says why %j is none', (text, why) => {
    expect(parsePackageFile(text)).toEqual(why);
  });
});
