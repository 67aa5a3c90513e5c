import { describe, expect, it } from 'vitest';
import { share } from '../../constructs/index.ts';
import { toYaml } from './yaml.ts';

describe('toYaml, of pieces that stand in many documents', () => {
  it('indents a piece by where it stands, each time', () => {
    const piece = share({ list: ['a', { b: 1 }], text: 'one\ntwo\n' });
    const twice = [{ deep: { piece }, list: [piece], piece }];
    expect(toYaml(twice)).toBe(toYaml([structuredClone(twice[0])]));
    expect(toYaml(twice)).toBe(toYaml([structuredClone(twice[0])]));
  });

  it('writes each metadata as it is now', () => {
    const metadata = { name: 'first' };
    expect(toYaml([{ metadata: { name: 'other' } }, { metadata }, { metadata }])).toBe(
      'metadata:\n  name: other\n---\nmetadata:\n  name: first\n---\nmetadata:\n  name: first\n',
    );
    metadata.name = 'second';
    expect(toYaml([{ metadata }])).toBe('metadata:\n  name: second\n');
  });
});
