import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importText } from './testing.ts';

const GUIDES = join(import.meta.dirname, '..', '..', 'docs', 'guides');

describe('the guide to moving', () => {
  it('shows what the import writes', () => {
    const [stack] = importText(readFileSync(join(GUIDES, 'moving-from-language-operator.yaml'), 'utf8')).stacks;
    const shown = readFileSync(join(GUIDES, 'imported-support.ts'), 'utf8');
    expect(withoutPlace(shown.replaceAll(/^ *\/\/ #(end)?region.*\n/gm, ''))).toBe(withoutPlace(stack?.text ?? ''));
  });
});

/** The guide's copy stands elsewhere, and imports from elsewhere. */
function withoutPlace(text: string): string {
  return text.replace(/from '[^']*';/, '');
}
