import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runFault } from './catch.ts';
import { copyWith, replaceIn } from './copy.ts';
import { faultNamed, FAULTS } from './table.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

describe('A fault', () => {
  it.each(FAULTS)('$name has text to replace', ({ name, replacements }) => {
    for (const replacement of replacements) {
      const text = readFileSync(join(ROOT, 'controller', replacement.file), 'utf8');
      expect(replaceIn(text, replacement, name)).not.toBe(text);
    }
  });

  it('is put into a copy, and nowhere else', () => {
    const replacement = { file: 'dispatch/coalesce.ts', find: 'const answers = await run(', by: 'const answers = await walk(' };
    const { source, remove } = copyWith({ name: 'test', breaks: '', replacements: [replacement], caughtBy: 'lost' }, ROOT);
    onTestFinished(remove);
    expect(readFileSync(join(source, 'controller', replacement.file), 'utf8')).toContain(replacement.by);
    expect(readFileSync(join(ROOT, 'controller', replacement.file), 'utf8')).not.toContain(replacement.by);
  });

  it('says which text has gone', () => {
    const replacement = { file: 'dispatch/coalesce.ts', find: 'is not there', by: '' };
    expect(() => replaceIn('some text', replacement, 'test')).toThrow(
      "The fault 'test' replaces text that controller/dispatch/coalesce.ts no longer has: is not there; bring e2e/harness/faults/table.ts up to date",
    );
  });

  it.each(['report-without-fence', 'lease-ended-early'])('%s is caught', { timeout: 240_000 }, async (name) => {
    const fault = faultNamed(name);
    if (fault === undefined) throw new Error(`There is no fault '${name}'`);
    const folder = mkdtempSync(join(tmpdir(), 'fleetwright-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const caught = await runFault(fault, ROOT, { seed: 7, history: join(folder, 'history.jsonl') });
    expect(caught.promises).toContain(fault.caughtBy);
  });
});
