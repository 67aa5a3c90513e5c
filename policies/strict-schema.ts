import { stepInto } from './fields.ts';
import type { ObjectRule } from './rule.ts';
import { validateManifest } from './schema/index.ts';

/** What an API server would refuse, or drop in silence, is refused here. */
export const strictSchema: ObjectRule = {
  id: 'schema',
  title: 'Every object is what its kind describes, without unknown fields',
  severity: 'error',
  appliesTo: 'object',
  fix: 'correct the field; see the reference of its kind',
  check({ manifest }, report) {
    for (const { rule, prop, must, got, hint } of validateManifest(manifest)) {
      if (rule === 'unknown-kind') continue;
      report({ field: fieldAt(prop), got, must, ...(hint !== undefined && { fix: hint }) });
    }
  },
  good: { apiVersion: 'v1', data: { greeting: 'hello' }, kind: 'ConfigMap', metadata: { name: 'greeter', namespace: 'acme' } },
  bad: {
    example: {
      apiVersion: 'v1',
      data: { retries: 3 },
      immutabel: true,
      kind: 'ConfigMap',
      metadata: { name: 'greeter', namespace: 'acme' },
    },
    says: ["'data.retries' must be text, got 3", "'immutabel' must not be set: there is no such field"],
  },
};

/** A JSON pointer as a field's path: `/spec/ports/0/port` → `spec.ports[0].port`. */
function fieldAt(pointer: string): string {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return steps.reduce((path, step) => stepInto(path, /^\d+$/.test(step) ? Number(step) : step), '');
}
