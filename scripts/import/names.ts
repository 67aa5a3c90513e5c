import { findNameProblems } from '../../constructs/index.ts';

const LONGEST_ID = 48;

/** Ids that an org's own objects use. */
const RESERVED_IDS = new Set(['default', 'egress', 'gateway', 'gateway-cache', 'org']);

/** Words of the language, names that stand in every stack, and values that every module has. */
const RESERVED_WORDS = new Set(
  'arguments as async await break case catch class const continue debugger default delete do else enum eval export extends false finally fleet for from function if implements import in instanceof interface let new null org package private protected public return static super switch this throw true try typeof undefined usd var void while with yield console crypto exports fetch global module navigator performance process require'.split(
    ' ',
  ),
);

/** The ids of one org, which all its parts share, and the variables of its stack. */
export class Names {
  readonly #ids = new Set<string>();
  readonly #variables = new Set<string>();

  /** A free id as close to a name as can be. Where another part has it, `suffix` says what kind of part this is. */
  id(name: string, suffix: string): string {
    const wanted = toId(name);
    for (let count = 0; ; count++) {
      const id = count < 2 ? cut(wanted, count === 0 ? '' : `-${suffix}`) : cut(wanted, `-${count}`);
      if (this.#ids.has(id)) continue;
      this.#ids.add(id);
      return id;
    }
  }

  /** A free variable for a part. */
  variable(id: string, suffix: string): string {
    const wanted = id.replaceAll(/-+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()).replaceAll('-', '');
    for (let count = 0; ; count++) {
      const name = [wanted, wanted + suffix.charAt(0).toUpperCase() + suffix.slice(1)][count] ?? `${wanted}${count}`;
      if (RESERVED_WORDS.has(name) || this.#variables.has(name)) continue;
      this.#variables.add(name);
      return name;
    }
  }
}

/** What comes closest to a name among what can be the id of an org or of a part. */
export function toId(name: string): string {
  let id = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  while (id.endsWith('-credentials')) id = id.slice(0, -'-credentials'.length);
  id = cut(id.replace(/^-+/, '').replace(/^(?=[0-9])/, 'n'), '');
  if (id === '') return 'unnamed';
  return RESERVED_IDS.has(id) || findNameProblems('id', id).length > 0 ? cut(id, '-1') : id;
}

function cut(id: string, suffix: string): string {
  return id.slice(0, LONGEST_ID - suffix.length).replace(/-+$/, '') + suffix;
}
