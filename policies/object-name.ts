import { fieldsOf } from './fields.ts';
import type { ObjectRule, Report } from './rule.ts';

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const LETTER_FIRST = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const CRON_JOB = /^(?=.{1,52}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SEGMENT = /^(?!\.{1,2}$)[^/%]{1,253}$/;

interface Form {
  readonly pattern: RegExp;
  readonly must: string;
}

const LABEL_FORM: Form = { must: 'be 1 to 63 characters of a-z, 0-9 and dashes, with none at its ends', pattern: LABEL };
const SUBDOMAIN_FORM: Form = { must: 'be 1 to 253 characters of a-z, 0-9, dots and dashes, with none at its ends', pattern: SUBDOMAIN };
const SEGMENT_FORM: Form = { must: "be 1 to 253 characters without '/' and '%'", pattern: SEGMENT };

/** Kinds whose names have a form of their own, as `groupKindOf` calls them. */
const FORMS: Readonly<Record<string, Form>> = {
  Namespace: LABEL_FORM,
  Service: { must: 'be 1 to 63 characters of a-z, 0-9 and dashes, begin with a letter and not end with a dash', pattern: LETTER_FIRST },
  'agents.x-k8s.io/Sandbox': LABEL_FORM,
  'apps/StatefulSet': LABEL_FORM,
  'batch/CronJob': { must: 'be 1 to 52 characters of a-z, 0-9, dots and dashes, with none at its ends', pattern: CRON_JOB },
  'batch/Job': LABEL_FORM,
  'rbac.authorization.k8s.io/ClusterRole': SEGMENT_FORM,
  'rbac.authorization.k8s.io/ClusterRoleBinding': SEGMENT_FORM,
  'rbac.authorization.k8s.io/Role': SEGMENT_FORM,
  'rbac.authorization.k8s.io/RoleBinding': SEGMENT_FORM,
};

/** Kinds of which the API server makes other names, labels or host names refuse what those could not hold. */
export const objectName: ObjectRule = {
  id: 'object-name',
  title: 'Every name has the form that its kind asks for',
  severity: 'error',
  appliesTo: 'object',
  fix: 'choose another name',
  check({ groupKind, manifest }, report) {
    const { name, namespace, generateName } = fieldsOf(manifest.metadata);
    const form = FORMS[groupKind] ?? SUBDOMAIN_FORM;
    if (typeof name !== 'string' || !form.pattern.test(name)) refuseName(name, form, report);
    if (namespace !== undefined && (typeof namespace !== 'string' || !LABEL.test(namespace))) {
      report({ field: 'metadata.namespace', got: namespace, must: LABEL_FORM.must });
    }
    if (generateName !== undefined)
      report({
        field: 'metadata.generateName',
        fix: "set 'metadata.name' instead",
        got: generateName,
        must: 'not be set: each apply would make a new object',
      });
  },
  good: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'greeter.v2', namespace: 'acme' } },
  bad: {
    example: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: '1st.greeter', namespace: 'Acme' },
      spec: { ports: [{ port: 8080 }], type: 'ClusterIP' },
    },
    says: [
      "'metadata.name' must be 1 to 63 characters of a-z, 0-9 and dashes, begin with a letter and not end with a dash, got '1st.greeter'",
      "'metadata.namespace' must be 1 to 63 characters of a-z, 0-9 and dashes, with none at its ends, got 'Acme'",
    ],
  },
};

function refuseName(name: unknown, { must }: Form, report: Report): void {
  report({ field: 'metadata.name', got: name ?? null, must });
}
