import { InvalidPropsError, type Problem } from './errors.ts';
import { nearest } from './nearest.ts';

/**
 * The names of all props of an interface, held to be complete by the compiler: each is `true`, or the names within it where it is
 * an interface, or a list of one, that users write as it is.
 */
export type PropNames<Props> = { readonly [Name in keyof Props]-?: true | PropNames<ItemOf<NonNullable<Props[Name]>>> };

type ItemOf<Value> = Value extends readonly (infer Item)[] ? Item : Value;

const NONE: readonly Problem[] = Object.freeze([]);

/** The props that nobody knows, by their path. A stack runs without its types, so a misspelt prop would otherwise be forgotten in silence. */
export function findUnknownProps(props: unknown, names: object, path = ''): readonly Problem[] {
  if (typeof props !== 'object' || props === null) {
    return [{ prop: path || 'props', must: 'be an object', got: props === null ? null : typeof props }];
  }
  let problems: readonly Problem[] = NONE;
  // There are many constructs, and hardly ever a problem: nothing is made while all is well. Inherited props count, as they are read.
  for (const name in props) {
    const known: unknown = names[name as keyof typeof names];
    if (known === true) continue;
    const value: unknown = props[name as keyof typeof props];
    if (typeof known !== 'object' || known === null || !Object.hasOwn(names, name)) {
      problems = [...problems, unknownProp(path === '' ? name : `${path}.${name}`, name, names)];
    } else if (value !== undefined) {
      const nested = findNested(value, known, path === '' ? name : `${path}.${name}`);
      if (nested.length > 0) problems = [...problems, ...nested];
    }
  }
  return problems;
}

/**
 * Refuses unknown props of what has no construct path: the options of a static factory.
 *
 * @param what the factory, as a stack calls it: `Run.pool`
 * @throws InvalidPropsError FW_INVALID_PROPS
 */
export function refuseUnknownProps(what: string, props: unknown, names: object): void {
  const problems = findUnknownProps(props, names);
  if (problems.length > 0) throw new InvalidPropsError(what, problems);
}

function findNested(value: unknown, names: object, path: string): readonly Problem[] {
  if (!Array.isArray(value)) return findUnknownProps(value, names, path);
  return value.flatMap((item, at) => findUnknownProps(item, names, `${path}[${at}]`));
}

function unknownProp(prop: string, name: string, names: object): Problem {
  const known = Object.keys(names);
  const meant = nearest(name, known);
  const hint = meant === undefined ? `known are ${known.join(', ')}` : `did you mean '${meant}'?`;
  return { prop, must: 'be left out, as there is no such prop', hint };
}
