import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readApi } from './api.ts';
import { readDeclarations } from './declarations.ts';

const SOURCE = `
const MODES = ['now', 'later'] as const;

/** When it happens. */
export type Mode = (typeof MODES)[number];

/** Where it happens. */
export type Place =
  | { readonly kind: 'here' }
  | { readonly kind: 'there'; readonly far: number };

/** Options of \`Thing.make\`. */
export interface ThingOptions extends Base {
  /**
   * How many; in whole
   * dozens.
   *
   * @default 1
   * @see https://example.com/dozens
   */
  readonly count?: number;

  /** Where. */
  readonly place: {
    readonly far: number;
  };
}

/** A thing. */
export class Thing extends Other {
  readonly mode: Mode;
  readonly #hidden = 1;

  /** Makes one. */
  static make(name: string, options: ThingOptions = {}, at = \`/\${name}\`): Thing {
    const count: number = 1;
    return new Thing(count);
  }

  private constructor(count: number) {
    super(count);
  }
}
`;

const DECLARED = `
declare const MODES: readonly ["now", "later"];
/** When it happens. */
export type Mode = (typeof MODES)[number];
/** Where it happens. */
export type Place = {
    readonly kind: 'here';
} | {
    readonly kind: 'there';
    readonly far: number;
};
/** Options of \`Thing.make\`. */
export interface ThingOptions extends Base {
    /**
     * How many; in whole
     * dozens.
     *
     * @default 1
     * @see https://example.com/dozens
     */
    readonly count?: number;
    /** Where. */
    readonly place: {
        readonly far: number;
    };
}
/** A thing. */
export declare class Thing extends Other {
    #private;
    readonly mode: Mode;
    /** Makes one. */
    static make(name: string, options?: ThingOptions, at?: string): Thing;
    private constructor();
}
export {};
`;

describe('readDeclarations', () => {
  const declarations = readDeclarations(SOURCE);

  it('reads a declaration file of the package as it reads the source', () => {
    expect(readDeclarations(DECLARED)).toEqual(declarations);
  });

  it('reads what props are, and what is said of them', () => {
    expect(declarations.find(({ name }) => name === 'ThingOptions')).toEqual({
      alias: undefined,
      bases: ['Base'],
      doc: { default: undefined, see: [], text: 'Options of `Thing.make`.' },
      kind: 'interface',
      members: [
        {
          doc: { default: '1', see: ['https://example.com/dozens'], text: 'How many; in whole dozens.' },
          isOptional: true,
          isStatic: false,
          name: 'count',
          type: 'number',
        },
        {
          doc: { default: undefined, see: [], text: 'Where.' },
          isOptional: false,
          isStatic: false,
          name: 'place',
          type: '{ readonly far: number }',
        },
      ],
      name: 'ThingOptions',
    });
  });

  it('reads what types stand for', () => {
    const aliases = Object.fromEntries(declarations.map(({ name, alias }) => [name, alias]));
    expect(aliases['Mode']).toBe("'now' | 'later'");
    expect(aliases['Place']).toBe("{ readonly kind: 'here' } | { readonly kind: 'there'; readonly far: number }");
  });

  it('reads how things are made', () => {
    const made = declarations.find(({ name }) => name === 'Thing')?.members.find(({ isStatic }) => isStatic);
    expect(made?.type).toBe('(name: string, options?: ThingOptions, at?: string): Thing');
  });
});

describe('readApi', () => {
  it('knows a text for each prop and each factory that stacks are written with, and a default for each optional prop', () => {
    const silent = [...readApi().values()].flatMap(({ name, kind, members }) =>
      members
        .filter(({ isStatic }) => isStatic || (kind === 'interface' && /(Options|Props)$/.test(name)))
        .filter(({ doc, isOptional, type }) => doc.text === '' || (isOptional && doc.default === undefined && type !== 'never'))
        .map((member) => `${name}.${member.name}`),
    );
    expect(silent).toEqual([]);
  });

  it('finds all factories that the sources have', () => {
    const folder = join(import.meta.dirname, '..', '..', 'constructs');
    const api = readApi();
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.includes('.test'))) {
      const source = readFileSync(join(folder, file), 'utf8');
      for (const [, name = ''] of source.matchAll(/^ {2}static (\w+)\(/gm)) {
        const makers = [...api.values()].filter(({ members }) => members.some((member) => member.isStatic && member.name === name));
        expect(makers, `${file}: ${name}`).not.toEqual([]);
      }
    }
  });
});
