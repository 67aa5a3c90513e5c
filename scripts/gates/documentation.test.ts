import { describe, expect, it } from 'vitest';
import { findUndocumented } from './documentation.ts';
import { describeFinding } from './finding.ts';
import { aRepository } from './testing.ts';

const DOCUMENTED = `/** Properties of \`Memory\`. */
export interface MemoryProps {
  /** Where memories are kept. */
  readonly store: string;

  /**
   * How long a memory lives.
   *
   * @default 30 days
   */
  readonly ttl?: number;

  /** Taken away again. */
  readonly forever?: never;
}
`;

describe('findUndocumented', () => {
  it('is content with a documented file', () => {
    expect(findingsIn('constructs/memory.ts', DOCUMENTED)).toEqual([]);
  });

  it.each([
    ['interface', 'export interface Grant {}', 'Grant'],
    ['type', 'export type Grant = string;', 'Grant'],
    ['function', 'export function grant(): void {}', 'grant'],
    ['async function', 'export async function grant(): Promise<void> {}', 'grant'],
    ['class', 'export abstract class Grant {}', 'Grant'],
    ['constant', 'export const GRANT = 1;', 'GRANT'],
  ])('finds an undocumented %s in any folder', (_kind, code, name) => {
    expect(findingsIn('charts/grant.ts', `${code}\n`)).toEqual([`charts/grant.ts:1: ${name} has no JSDoc comment: say what it is for`]);
  });

  it('does not take another comment for documentation', () => {
    const line = 'charts/grant.ts:2: grant has no JSDoc comment: say what it is for';
    expect(findingsIn('charts/grant.ts', '// Why it is so.\nexport function grant(): void {}\n')).toEqual([line]);
    expect(findingsIn('charts/grant.ts', '//* Why it is so.\nexport function grant(): void {}\n')).toEqual([line]);
    expect(findingsIn('charts/grant.ts', '/* Why it is so. */\nexport function grant(): void {}\n')).toEqual([line]);
  });

  it('finds an undocumented prop below constructs/', () => {
    const code = DOCUMENTED.replace('  /** Where memories are kept. */\n', '');
    expect(findingsIn('constructs/memory.ts', code)).toEqual([
      'constructs/memory.ts:3: MemoryProps.store has no JSDoc comment: say what it is for',
    ]);
    expect(findingsIn('charts/memory.ts', code)).toEqual([]);
  });

  it('wants to know what an optional prop is by default', () => {
    const code = DOCUMENTED.replace('   * @default 30 days\n', '');
    expect(findingsIn('constructs/memory.ts', code)).toEqual([
      'constructs/memory.ts:10: MemoryProps.ttl is optional: say with @default what holds when it is left out',
    ]);
  });

  it('finds undocumented methods and getters, but no private ones and no fields', () => {
    const code = `/** What an agent remembers. */
export class Memory {
  readonly store = 1;
  constructor() {}
  static redis(): void {}
  get ttl(): number { return 1; }
  forget(): void {}
  private clear(): void {}
  #wipe(): void {}
}
`;
    expect(findingsIn('constructs/memory.ts', code).map((line) => line.split(' ')[1])).toEqual([
      'Memory.redis',
      'Memory.ttl',
      'Memory.forget',
    ]);
  });

  it('leaves tests and the files of the root alone', () => {
    expect(findingsIn('charts/grant.test.ts', 'export const GRANT = 1;\n')).toEqual([]);
    expect(findingsIn('main.ts', 'export const GRANT = 1;\n')).toEqual([]);
  });
});

function findingsIn(file: string, text: string): string[] {
  return findUndocumented(aRepository({ [file]: text })).map(describeFinding);
}
