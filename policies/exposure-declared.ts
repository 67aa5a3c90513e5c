import type { Org } from '../constructs/index.ts';
import { type Fields, fieldsOf, itemsOf, stepInto } from './fields.ts';
import type { ObjectRule, Report } from './rule.ts';

const INGRESS = 'networking.k8s.io/Ingress';
const ROUTE = 'gateway.networking.k8s.io/HTTPRoute';

/** Fields by which a Service leads out of the cluster, or takes what is meant for others. */
const OUTWARD = ['externalIPs', 'externalName', 'loadBalancerIP'] as const;

/** From outside, an org is reached under its own hosts, through what the cluster has for it, and in no other way. */
export const exposureDeclared: ObjectRule = {
  id: 'exposure-declared',
  title: "Requests come in under the org's own hosts, and only to its own Services",
  severity: 'error',
  appliesTo: ['Service', INGRESS, ROUTE],
  fix: "expose the agent by 'expose' of Run.service, and remove the object or the patch",
  check({ groupKind, manifest, org }, report) {
    const spec = fieldsOf(manifest['spec']);
    if (groupKind === 'Service') return checkService(spec, report);
    for (const key of Object.keys(fieldsOf(manifest.metadata.annotations))) {
      if (/snippet/i.test(key))
        report({ field: stepInto('metadata.annotations', key), must: "not be set: it would write the controller's own configuration" });
    }
    if (org === undefined) return;
    if (groupKind === INGRESS) checkIngress(spec, org, report);
    else checkRoute(spec, org, report);
  },
  good: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'greeter', namespace: 'acme' },
    spec: { rules: [{ host: 'greeter.acme.agents.example.org' }], tls: [{ hosts: ['greeter.acme.agents.example.org'] }] },
  },
  bad: {
    example: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'greeter', namespace: 'acme' },
      spec: { externalIPs: ['10.96.0.10'], ports: [{ port: 8080 }], type: 'LoadBalancer' },
    },
    says: [
      "'spec.type' must be ClusterIP, got 'LoadBalancer'",
      `'spec.externalIPs' must not be set: it leads out of the cluster, or takes what is meant for others, got ["10.96.0.10"]`,
    ],
  },
};

function checkService(spec: Fields, report: Report): void {
  const { type = 'ClusterIP' } = spec;
  if (type !== 'ClusterIP') report({ field: 'spec.type', got: type, must: 'be ClusterIP' });
  for (const field of OUTWARD) {
    const got = spec[field];
    const must = 'not be set: it leads out of the cluster, or takes what is meant for others';
    if (got !== undefined) report({ field: `spec.${field}`, got, must });
  }
}

function checkIngress(spec: Fields, org: Org, report: Report): void {
  if (spec['defaultBackend'] !== undefined) report({ field: 'spec.defaultBackend', must: 'not be set: it answers for all hosts' });
  for (const [index, { host }] of itemsOf(spec['rules']).entries()) checkHost(host, `spec.rules[${index}].host`, org, report);
  for (const [index, { hosts }] of itemsOf(spec['tls']).entries()) {
    for (const [h, host] of listOf(hosts).entries()) checkHost(host, `spec.tls[${index}].hosts[${h}]`, org, report);
  }
}

function checkRoute(spec: Fields, org: Org, report: Report): void {
  const hosts = listOf(spec['hostnames']);
  if (hosts.length === 0) report({ field: 'spec.hostnames', must: 'name hosts: without, it answers for all of the gateway' });
  for (const [index, host] of hosts.entries()) checkHost(host, `spec.hostnames[${index}]`, org, report);
  for (const [index, rule] of itemsOf(spec['rules']).entries()) {
    const at = `spec.rules[${index}]`;
    checkMirrors(rule, at, org, report);
    for (const [b, backend] of itemsOf(rule['backendRefs']).entries()) {
      checkBackend(backend, `${at}.backendRefs[${b}]`, org, report);
      checkMirrors(backend, `${at}.backendRefs[${b}]`, org, report);
    }
  }
}

/** A mirror is a backend, too: it sees all that is asked. */
// oxlint-disable-next-line eslint/max-params -- a holder, where it stands, and who asks
function checkMirrors(holder: Fields, at: string, org: Org, report: Report): void {
  for (const [index, { requestMirror }] of itemsOf(holder['filters']).entries()) {
    const backend = fieldsOf(fieldsOf(requestMirror)['backendRef']);
    checkBackend(backend, `${at}.filters[${index}].requestMirror.backendRef`, org, report);
  }
}

// oxlint-disable-next-line eslint/max-params -- a backend, where it stands, and who asks
function checkBackend({ namespace }: Fields, at: string, org: Org, report: Report): void {
  if (namespace !== undefined && namespace !== org.name)
    report({ field: `${at}.namespace`, got: namespace, must: `be '${org.name}', its own namespace` });
}

// oxlint-disable-next-line eslint/max-params -- a host, where it stands, and who asks
function checkHost(host: unknown, field: string, org: Org, report: Report): void {
  const suffix = `.${org.name}.${org.fleet.environment.domain}`;
  if (typeof host !== 'string' || !host.endsWith(suffix)) report({ field, got: host ?? null, must: `end with '${suffix}'` });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
