import { Agent } from '../constructs/index.ts';
import { examplePod } from './example-pod.ts';
import { fieldsOf } from './fields.ts';
import { findLiterals } from './literals.ts';
import { type Pod, POD_KINDS } from './pod.ts';
import type { ObjectRule, Report, Subject } from './rule.ts';

/** Linux takes no argument or variable of this size, with the byte that ends it: 32 pages. */
const LIMIT = 131_072;

/** Texts of an agent's ConfigMap that its pods read as variables. */
const VARIABLES = { instructions: 'AGENT_INSTRUCTIONS', persona: 'AGENT_PERSONA' } as const;

/** What no process can be started with shows only when a pod starts, and then again and again. */
export const processLimits: ObjectRule = {
  id: 'process-limits',
  title: 'A process can be started with every argument and variable',
  severity: 'error',
  appliesTo: ['ConfigMap', ...POD_KINDS],
  fix: 'put long texts into a file, such as one of the workspace',
  check(subject, report) {
    if (subject.pod !== undefined) checkPod(subject.pod, report);
    else checkTexts(subject, report);
  },
  good: workload({ args: ['x'.repeat(LIMIT - 1)], env: [{ name: 'A', value: 'x'.repeat(LIMIT - 3) }] }),
  bad: {
    example: workload({ args: ['a\0b'], env: [{ name: 'A', value: 'x'.repeat(LIMIT - 2) }] }),
    says: [
      String.raw`'spec.containers[0].args[0]' must not hold the character NUL, got 'a\u0000b'`,
      "'spec.containers[0].env[0].value' must have less than 131072 bytes with its name, got 131072",
    ],
  },
};

function checkPod(pod: Pod, report: Report): void {
  for (const { field, name, text } of findLiterals(pod, mayBeRefused)) checkText(text, { field, name }, report);
}

function checkTexts({ manifest, part: { construct } }: Subject, report: Report): void {
  if (!(construct instanceof Agent) || manifest.metadata.name !== construct.name) return;
  const data = fieldsOf(manifest['data']);
  for (const key of ['instructions', 'persona'] as const) {
    const text = data[key];
    if (typeof text === 'string' && mayBeRefused(text)) checkText(text, { field: `data.${key}`, name: VARIABLES[key] }, report);
  }
}

/** A character has at most three bytes; half of the limit is far more than any name needs. */
function mayBeRefused(text: string): boolean {
  return text.length * 3 >= LIMIT / 2 || text.includes('\0');
}

function checkText(text: string, { field, name }: { field: string; name: string | undefined }, report: Report): void {
  if (text.includes('\0')) report({ field, fix: 'leave out the character NUL', got: text, must: 'not hold the character NUL' });
  const bytes = Buffer.byteLength(name === undefined ? text : `${name}=${text}`);
  if (bytes >= LIMIT) report({ field, got: bytes, must: `have less than ${LIMIT} bytes${name === undefined ? '' : ' with its name'}` });
}

function workload(container: object): ObjectRule['good'] {
  const { metadata, spec } = examplePod({ container: { ...container } });
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: 'greeter', namespace: 'acme' }, spec };
}
