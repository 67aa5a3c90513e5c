import type { Manifest } from '../constructs/index.ts';
import { type Fields, fieldsOf, groupKindOf, itemsOf } from './fields.ts';
import { type Container, inContainer, inPod, type Pod } from './pod.ts';
import type { SeenObject } from './rule.ts';

/**
 * Takes one reference: the kind of what is named, as `groupKindOf` calls it, its name, and where it is named. What is no name is
 * left to the schema check. The place is put together only when it is asked for, as hardly any reference leads nowhere.
 */
export type VisitObject = (kind: string, name: unknown, place: () => string) => void;

/** Goes through the objects of its own namespace that an object cannot do without. */
export function visitObjectReferences({ groupKind, manifest, pod }: SeenObject, visit: VisitObject): void {
  if (pod !== undefined) visitPod(pod, visit);
  READERS.get(groupKind)?.(manifest, visit);
}

type Reader = (manifest: Manifest, visit: VisitObject) => void;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['apps/StatefulSet', ({ spec }, visit) => visit('Service', fieldsOf(spec)['serviceName'], () => 'spec.serviceName')],
  ['autoscaling/HorizontalPodAutoscaler', ({ spec }, visit) => visitTarget(fieldsOf(fieldsOf(spec)['scaleTargetRef']), visit)],
  ['extensions.agents.x-k8s.io/SandboxWarmPool', readWarmPool],
  ['external-secrets.io/ExternalSecret', readExternalSecret],
  ['gateway.networking.k8s.io/HTTPRoute', readRoute],
  ['keda.sh/ScaledObject', readScaledObject],
  ['networking.k8s.io/Ingress', readIngress],
  ['rbac.authorization.k8s.io/RoleBinding', readRoleBinding],
]);

function visitTarget({ apiVersion, kind, name }: Fields, visit: VisitObject): void {
  visit(groupKindOf(apiVersion, kind), name, () => 'spec.scaleTargetRef.name');
}

function readWarmPool({ spec }: Manifest, visit: VisitObject): void {
  const { name } = fieldsOf(fieldsOf(spec)['sandboxTemplateRef']);
  visit('extensions.agents.x-k8s.io/SandboxTemplate', name, () => 'spec.sandboxTemplateRef.name');
}

function readExternalSecret({ spec }: Manifest, visit: VisitObject): void {
  for (const [index, { sourceRef }] of itemsOf(fieldsOf(spec)['dataFrom']).entries()) {
    const { apiVersion, kind, name } = fieldsOf(fieldsOf(sourceRef)['generatorRef']);
    visit(groupKindOf(apiVersion, kind), name, () => `spec.dataFrom[${index}].sourceRef.generatorRef.name`);
  }
}

function readRoute({ spec }: Manifest, visit: VisitObject): void {
  for (const [r, rule] of itemsOf(fieldsOf(spec)['rules']).entries()) {
    for (const [b, { kind = 'Service', name, namespace }] of itemsOf(rule['backendRefs']).entries()) {
      if (kind === 'Service' && namespace === undefined) visit('Service', name, () => `spec.rules[${r}].backendRefs[${b}].name`);
    }
  }
}

function readScaledObject({ spec }: Manifest, visit: VisitObject): void {
  const { scaleTargetRef, triggers } = fieldsOf(spec);
  visitTarget({ apiVersion: 'apps/v1', kind: 'Deployment', ...fieldsOf(scaleTargetRef) }, visit);
  for (const [index, { authenticationRef }] of itemsOf(triggers).entries()) {
    const { kind = 'TriggerAuthentication', name } = fieldsOf(authenticationRef);
    if (kind === 'TriggerAuthentication')
      visit('keda.sh/TriggerAuthentication', name, () => `spec.triggers[${index}].authenticationRef.name`);
  }
}

function readIngress({ spec }: Manifest, visit: VisitObject): void {
  for (const [r, { http }] of itemsOf(fieldsOf(spec)['rules']).entries()) {
    for (const [p, { backend }] of itemsOf(fieldsOf(http)['paths']).entries()) {
      visit('Service', fieldsOf(fieldsOf(backend)['service'])['name'], () => `spec.rules[${r}].http.paths[${p}].backend.service.name`);
    }
  }
}

function readRoleBinding({ metadata, roleRef, subjects }: Manifest, visit: VisitObject): void {
  const { kind, name } = fieldsOf(roleRef);
  if (kind === 'Role') visit('rbac.authorization.k8s.io/Role', name, () => 'roleRef.name');
  for (const [index, subject] of itemsOf(subjects).entries()) {
    const isOwn = subject['kind'] === 'ServiceAccount' && subject['namespace'] === metadata.namespace;
    if (isOwn) visit('ServiceAccount', subject['name'], () => `subjects[${index}].name`);
  }
}

function visitPod(pod: Pod, visit: VisitObject): void {
  const { imagePullSecrets, serviceAccountName, volumes } = pod.spec;
  visit('ServiceAccount', serviceAccountName, () => inPod(pod, 'serviceAccountName'));
  for (const [index, { name }] of itemsOf(imagePullSecrets).entries()) {
    visit('Secret', name, () => inPod(pod, `imagePullSecrets[${index}].name`));
  }
  const list = itemsOf(volumes);
  for (let i = 0; i < list.length; i++) visitVolume(list[i] as Fields, () => inPod(pod, `volumes[${i}]`), visit);
  for (const container of pod.containers) {
    visitEnv(pod, container, visit);
    if (container.fields['envFrom'] !== undefined) visitEnvFrom(pod, container, visit);
  }
}

function visitVolume({ configMap, persistentVolumeClaim, projected, secret }: Fields, at: () => string, visit: VisitObject): void {
  if (configMap !== undefined) visitUnlessOptional('ConfigMap', configMap, () => `${at()}.configMap.name`, visit);
  if (persistentVolumeClaim !== undefined) {
    visit('PersistentVolumeClaim', fieldsOf(persistentVolumeClaim)['claimName'], () => `${at()}.persistentVolumeClaim.claimName`);
  }
  if (secret !== undefined) {
    const { optional, secretName } = fieldsOf(secret);
    if (optional !== true) visit('Secret', secretName, () => `${at()}.secret.secretName`);
  }
  if (projected === undefined) return;
  const sources = itemsOf(fieldsOf(projected)['sources']);
  for (let i = 0; i < sources.length; i++) {
    const source = sources[i] as Fields;
    visitUnlessOptional('ConfigMap', source['configMap'], () => `${at()}.projected.sources[${i}].configMap.name`, visit);
    visitUnlessOptional('Secret', source['secret'], () => `${at()}.projected.sources[${i}].secret.name`, visit);
  }
}

function visitEnv(pod: Pod, container: Container, visit: VisitObject): void {
  const env = itemsOf(container.fields['env']);
  for (let i = 0; i < env.length; i++) {
    const valueFrom = env[i]?.['valueFrom'];
    if (valueFrom === undefined) continue;
    const { configMapKeyRef, secretKeyRef } = fieldsOf(valueFrom);
    visitUnlessOptional('ConfigMap', configMapKeyRef, () => inContainer(pod, container, `env[${i}].valueFrom.configMapKeyRef.name`), visit);
    visitUnlessOptional('Secret', secretKeyRef, () => inContainer(pod, container, `env[${i}].valueFrom.secretKeyRef.name`), visit);
  }
}

function visitEnvFrom(pod: Pod, container: Container, visit: VisitObject): void {
  for (const [index, { configMapRef, secretRef }] of itemsOf(container.fields['envFrom']).entries()) {
    visitUnlessOptional('ConfigMap', configMapRef, () => inContainer(pod, container, `envFrom[${index}].configMapRef.name`), visit);
    visitUnlessOptional('Secret', secretRef, () => inContainer(pod, container, `envFrom[${index}].secretRef.name`), visit);
  }
}

function visitUnlessOptional(kind: string, reference: unknown, place: () => string, visit: VisitObject): void {
  if (reference === undefined) return;
  const { name, optional } = fieldsOf(reference);
  if (optional !== true) visit(kind, name, place);
}
