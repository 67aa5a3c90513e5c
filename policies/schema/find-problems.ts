import type { CompiledNode } from './compiled-node.ts';
import { isObject } from './is-valid.ts';
import { nearest } from '../../constructs/index.ts';
import { type SchemaProblem, type SchemaRule, toPointer } from './schema-problem.ts';
import type { ArrayNode, KeyGroup, MapNode, ObjectNode } from './schema-node.ts';
import { describeScalar, quotedList } from './wording.ts';
import { earlierTwin } from './unique.ts';

/** All problems of a value of which `isValid` only says that there are some, in the order in which the value holds them. */
export function findProblems(value: unknown, node: CompiledNode): SchemaProblem[] {
  const finder = new ProblemFinder();
  finder.visit(value, node);
  return finder.problems;
}

class ProblemFinder {
  readonly problems: SchemaProblem[] = [];
  readonly #path: (string | number)[] = [];

  visit(value: unknown, node: CompiledNode): void {
    const { spec } = node;
    if (value === null || value === undefined) {
      this.#add('wrong-type', { must: 'not be null', hint: 'leave it out' });
    } else if (spec.type === 'object') {
      if (isObject(value)) this.#visitFields(value, node, spec);
      else this.#addWrongType(value, 'an object with fields');
    } else if (spec.type === 'map') {
      if (isObject(value)) this.#visitEntries(value, node, spec);
      else this.#addWrongType(value, 'an object with keys of your choice');
    } else if (spec.type === 'array') {
      if (Array.isArray(value)) this.#visitItems(value, node, spec);
      else this.#addWrongType(value, 'a list');
    } else {
      const problem = describeScalar(value, spec);
      if (problem !== undefined) this.#add(problem.rule, problem);
    }
  }

  #visitFields(value: Record<string, unknown>, node: CompiledNode, spec: ObjectNode): void {
    for (const [key, item] of definedEntries(value)) {
      const field = node.fields.get(key);
      if (field !== undefined) this.#within(key, () => this.visit(item, field.node));
      else if (!node.open) this.#within(key, () => this.#addUnknownField(key, node.fields.keys()));
    }
    for (const key of spec.required ?? []) {
      if (value[key] === undefined) this.#within(key, () => this.#add('missing-field', { must: 'be set' }));
    }
    for (const group of spec.groups ?? []) this.#visitGroup(value, group, spec);
  }

  #visitGroup(value: Record<string, unknown>, { keys, min, max }: KeyGroup, spec: ObjectNode): void {
    const set = keys.filter((key) => value[key] !== undefined);
    if (set.length >= min && set.length <= max) return;
    const amount = min === max ? 'exactly one' : min === 0 ? 'at most one' : 'at least one';
    const others = Object.keys(spec.properties).filter((key) => !keys.includes(key));
    const long = keys.length > 8 && others.length <= 2;
    const which = long ? `field besides ${quotedList(others)}` : `of ${quotedList(keys, 'or')}`;
    this.#add('field-choice', { must: `set ${amount} ${which}`, hint: set.length === 0 ? 'none is set' : `${quotedList(set)} are set` });
  }

  #visitEntries(value: Record<string, unknown>, { child, pattern }: CompiledNode, spec: MapNode): void {
    const entries = definedEntries(value);
    for (const [key, item] of entries) {
      this.#within(key, () => {
        if (pattern !== undefined && !pattern.test(key)) {
          this.#add('unknown-field', { must: `not be set: keys here are ${spec.says ?? `what ${spec.keys} matches`}` });
        }
        if (child !== undefined) this.visit(item, child);
      });
    }
    this.#visitSize(entries.length, 'key', spec.minProperties, spec.maxProperties);
  }

  #visitItems(value: readonly unknown[], { child, unique }: CompiledNode, spec: ArrayNode): void {
    value.forEach((item, index) => {
      this.#within(index, () => {
        if (child !== undefined) this.visit(item, child);
        const twin = unique === undefined ? undefined : earlierTwin(value, index, unique);
        if (twin !== undefined && unique !== undefined)
          this.#addDuplicate(
            item,
            twin,
            unique.map(([key]) => key),
          );
      });
    });
    this.#visitSize(value.length, 'item', spec.minItems, spec.maxItems);
  }

  #visitSize(size: number, unit: string, min = 0, max = Infinity): void {
    if (size >= min && size <= max) return;
    const [word, limit] = size < min ? ['least', min] : ['most', max];
    this.#add('wrong-size', { must: `have at ${word} ${limit} ${unit}${limit === 1 ? '' : 's'}`, got: size });
  }

  #addDuplicate(item: unknown, twin: number, keys: readonly string[]): void {
    const got = isObject(item) ? Object.fromEntries(keys.map((key) => [key, item[key]])) : item;
    const what = keys.length === 0 ? 'differ from all other items' : `differ from all other items in ${quotedList(keys, 'or')}`;
    this.#add('duplicate-item', { must: what, got, hint: `item ${twin} is the same` });
  }

  #addUnknownField(key: string, known: Iterable<string>): void {
    const names = [...known];
    const meant = nearest(key, names);
    const hint = meant === undefined ? `the fields here are ${names.toSorted().join(', ')}` : `did you mean '${meant}'?`;
    this.#add('unknown-field', { must: 'not be set: there is no such field', hint });
  }

  #addWrongType(value: unknown, must: string): void {
    this.#add('wrong-type', { must: `be ${must}`, got: value });
  }

  #add(rule: SchemaRule, { must, got, hint }: { readonly must: string; readonly got?: unknown; readonly hint?: string }): void {
    const prop = toPointer(this.#path);
    this.problems.push({ rule, prop, must, ...(got !== undefined && { got }), ...(hint !== undefined && { hint }) });
  }

  #within(step: string | number, visit: () => void): void {
    this.#path.push(step);
    visit();
    this.#path.pop();
  }
}

function definedEntries(value: Record<string, unknown>): [string, unknown][] {
  return Object.entries(value).filter(([, item]) => item !== undefined);
}
