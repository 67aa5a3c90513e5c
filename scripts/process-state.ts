/** What all programs share, and what rules and renderers rely on. */
const SHARED: Readonly<Record<string, object>> = {
  Array,
  'Array.prototype': Array.prototype,
  'Function.prototype': Function.prototype,
  JSON,
  'Map.prototype': Map.prototype,
  Math,
  Object,
  'Object.prototype': Object.prototype,
  'RegExp.prototype': RegExp.prototype,
  'Set.prototype': Set.prototype,
  'String.prototype': String.prototype,
};

/** What a stack must leave as it is, because the run goes on with it: the working directory, and what JavaScript brings along. */
export class ProcessState {
  readonly #folder = process.cwd();
  readonly #before = describeShared();

  /** Names what is no longer as it was: `Array.prototype.sort`. */
  findChange(): string | undefined {
    if (process.cwd() !== this.#folder) return 'the working directory';
    const now = describeShared();
    for (const [key, value] of this.#before) if (!now.has(key) || !Object.is(now.get(key), value)) return key;
    return now.size === this.#before.size ? undefined : [...now.keys()].find((key) => !this.#before.has(key));
  }
}

function describeShared(): Map<string, unknown> {
  const values = new Map<string, unknown>();
  for (const [name, object] of Object.entries(SHARED)) {
    for (const key of Reflect.ownKeys(object)) {
      const property = Reflect.getOwnPropertyDescriptor(object, key);
      values.set(`${name}.${String(key)}`, (property?.value as unknown) ?? property?.get);
    }
  }
  return values;
}
