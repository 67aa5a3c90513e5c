import { Agent, OrgPart } from '../constructs/index.ts';
import type { JudgedPart } from './rule.ts';

/** What the org itself runs, beside its parts. */
const OWN_NAMES: ReadonlySet<unknown> = new Set(['egress', 'gateway', 'gateway-cache']);

/** Whether a file holds the cdk8s objects of a stack, which may say anything. */
export function isExtra({ file }: JudgedPart): boolean {
  return file.endsWith('/_extras.yaml');
}

/** Whether a stack had a hand in the objects of a file: they may say more than their construct. */
export function isTouched(part: JudgedPart): boolean {
  return isExtra(part) || (part.construct instanceof Agent && part.construct.patches.length > 0);
}

/** Whether an org runs something under this name: a part, or what all of its parts share. */
export function isPartName({ construct }: JudgedPart, name: unknown): boolean {
  return OWN_NAMES.has(name) || (typeof name === 'string' && construct.node.tryFindChild(name) instanceof OrgPart);
}
