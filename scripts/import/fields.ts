import { nearest } from '../../constructs/index.ts';

/** What became of a field: it says the same in the stack, it says it otherwise, or it is not in the stack. */
export type Outcome = 'carried' | 'changed' | 'left';

/** A field of the input and what became of it. */
export interface FieldReport {
  /** As people write it: `spec.tools[0].name`; empty for the whole resource. */
  readonly path: string;
  readonly outcome: Outcome;
  /** What is different and why; empty for what is carried over as it is. */
  readonly reason: string;
}

/** What templates leave in texts, and what to do about it. */
const TOKENS: readonly (readonly [RegExp, string])[] = [
  [/\{\{[^]*\}\}/, "it holds '{{ … }}', which stays as text; if it is a Helm template, render it first"],
  [/\$\{[A-Za-z_]\w*\}/, "it holds '${…}', which stays as text; if a script fills it in, as envsubst does, run that first"],
];

type Entries = Readonly<Record<string, unknown>>;

/** What became of each field of one resource. What nobody asked for is left, and says so. */
class Ledger {
  readonly #reports = new Map<string, FieldReport>();
  /** The fields that were asked for, by the path of what holds them. */
  readonly #known = new Map<string, Set<string>>();

  set(path: string, outcome: Outcome, reason: string): void {
    this.#reports.set(path, { path, outcome, reason });
  }

  ask(path: string, key: string): void {
    const known = this.#known.get(path);
    if (known === undefined) this.#known.set(path, new Set([key]));
    else known.add(key);
  }

  has(path: string): boolean {
    return this.#reports.has(path);
  }

  /** All reports in the order of the resource. Below what is reported as a whole, only what differs from it is reported. */
  *collect(value: unknown, path: string, covered?: Outcome): Generator<FieldReport> {
    const report = this.#reports.get(path);
    if (report !== undefined && !(covered !== undefined && report.outcome === 'carried')) yield withToken(report, value);
    const outcome = report?.outcome ?? covered;
    if (outcome === 'left') return;
    if (outcome === undefined && isEmpty(value)) yield { path, outcome: 'carried', reason: '' };
    else if (outcome === undefined && !(isCollection(value) && this.#isOpened(value, path)))
      yield { path, outcome: 'left', reason: this.#explain(path) };
    else for (const [child, below] of childrenOf(value, path)) yield* this.collect(child, below, outcome);
  }

  /** Whether something was asked for or reported below. */
  #isOpened(value: unknown, path: string): boolean {
    if (this.#known.has(path)) return true;
    return childrenOf(value, path).some(
      ([child, below]) => this.#reports.has(below) || (isCollection(child) && this.#isOpened(child, below)),
    );
  }

  #explain(path: string): string {
    const at = path.lastIndexOf('.');
    const [parent, key] = [path.slice(0, Math.max(at, 0)), path.slice(at + 1)];
    const known = this.#known.get(parent);
    if (known?.has(key) === true) return 'it is not of the type that the field has';
    const close = known === undefined ? undefined : nearest(key, known);
    return close === undefined ? 'nothing in Fleetwright corresponds to it' : `it is not a known field; did you mean '${close}'?`;
  }
}

/** A value of a resource and its place in it. To read it is to carry it over, unless `change` or `leave` says otherwise. */
export class Fields {
  readonly path: string;
  readonly #value: unknown;
  readonly #ledger: Ledger;

  /** The whole of a resource, at its place in a list of resources, if it stands in one. */
  static of(value: unknown, path = ''): Fields {
    return new Fields(value, path, new Ledger());
  }

  private constructor(value: unknown, path: string, ledger: Ledger) {
    this.#value = value;
    this.path = path;
    this.#ledger = ledger;
  }

  /** Whether anything stands here. */
  get exists(): boolean {
    return this.#value !== undefined && this.#value !== null;
  }

  /** A field below this one, by the names that lead to it. */
  get(...keys: readonly string[]): Fields {
    const [key, ...below] = keys;
    return key === undefined ? this : this.#step(key).get(...below);
  }

  #step(key: string): Fields {
    this.#ledger.ask(this.path, key);
    const entries = entriesOf(this.#value);
    return new Fields(Object.hasOwn(entries, key) ? entries[key] : undefined, pathOf(this.path, key), this.#ledger);
  }

  /** The first of several fields that is there: a field has had other names in other versions. */
  first(...keys: readonly string[]): Fields {
    const found = keys.map((key) => this.get(key)).find((field) => field.exists);
    return found ?? this.get(keys[0] ?? '');
  }

  /** The names of the fields below this one. */
  keys(): string[] {
    return Object.keys(entriesOf(this.#value));
  }

  /** The items of a list; none where there is no list. */
  items(): Fields[] {
    if (!Array.isArray(this.#value)) return [];
    return this.#value.map((item: unknown, at) => new Fields(item, `${this.path}[${at}]`, this.#ledger));
  }

  /** A text; a number or a boolean is one too, as quotes are easily forgotten. */
  text(): string | undefined {
    const value = typeof this.#value === 'number' || typeof this.#value === 'boolean' ? String(this.#value) : this.#value;
    return typeof value === 'string' ? this.#read(value) : undefined;
  }

  /** A number that is one. */
  number(): number | undefined {
    return typeof this.#value === 'number' && Number.isFinite(this.#value) ? this.#read(this.#value) : undefined;
  }

  /** A yes or no. */
  flag(): boolean | undefined {
    return typeof this.#value === 'boolean' ? this.#read(this.#value) : undefined;
  }

  /** A list of texts, without what is none. */
  texts(): string[] {
    return this.items().flatMap((item) => item.text() ?? []);
  }

  /** A map of texts, without what is none. */
  map(): Record<string, string> {
    return Object.fromEntries(this.keys().flatMap((key) => [[key, this.get(key).text()] as const].filter(isText)));
  }

  /** All of it is in the stack as it was. */
  carry(): void {
    if (this.exists) this.#ledger.set(this.path, 'carried', '');
  }

  /** It is in the stack, but says something else or says it otherwise. */
  change(reason: string): void {
    if (this.exists) this.#ledger.set(this.path, 'changed', reason);
  }

  /** None of it is in the stack. */
  leave(reason: string): void {
    if (this.exists) this.#ledger.set(this.path, 'left', reason);
  }

  /** What became of each field, in the order of the resource. */
  collect(): FieldReport[] {
    return [...this.#ledger.collect(this.#value, this.path)];
  }

  #read<Value>(value: Value): Value {
    if (!this.#ledger.has(this.path)) this.#ledger.set(this.path, 'carried', '');
    return value;
  }
}

/** Text that something else was to fill in stays text, and says so. */
function withToken(report: FieldReport, value: unknown): FieldReport {
  if (report.outcome !== 'carried' || typeof value !== 'string') return report;
  const [token, advice] = TOKENS.find(([pattern]) => pattern.test(value)) ?? [];
  return token === undefined ? report : { ...report, outcome: 'changed', reason: advice ?? '' };
}

function isText(entry: readonly [string, string | undefined]): entry is readonly [string, string] {
  return entry[1] !== undefined;
}

function isCollection(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isEmpty(value: unknown): boolean {
  return value === null || (isCollection(value) && Object.keys(value).length === 0);
}

function entriesOf(value: unknown): Entries {
  return isCollection(value) && !Array.isArray(value) ? (value as Entries) : {};
}

function childrenOf(value: unknown, path: string): (readonly [unknown, string])[] {
  if (Array.isArray(value)) return value.map((item: unknown, at) => [item, `${path}[${at}]`] as const);
  return Object.entries(entriesOf(value)).map(([key, child]) => [child, pathOf(path, key)] as const);
}

/** A key that holds a dot is put in quotes, so that a path leads to one place only. */
function pathOf(path: string, key: string): string {
  const step = /^[-\w]+$/.test(key) ? key : JSON.stringify(key);
  return path === '' ? step : `${path}.${step}`;
}
