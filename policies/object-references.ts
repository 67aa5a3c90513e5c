import type { Manifest } from '../constructs/index.ts';
import { type Fields, fieldsOf, groupKindOf, itemsOf } from './fields.ts';
import { inContainer, inPod, type Pod } from './pod.ts';
import type { SeenObject } from './rule.ts';

/** An object that another names. */
export interface ObjectReference {
  /** What is named, as `groupKindOf` calls it. */
  readonly kind: string;
  readonly name: string;
  /** Where it is named. */
  readonly field: string;
}

/** Takes one reference; what is no name is left to the schema check. */
type Add = (kind: string, name: unknown, field: string) => void;

/** The objects of its own namespace that an object cannot do without. */
export function referencesOf({ groupKind, manifest, pod }: SeenObject): readonly ObjectReference[] {
  const read = READERS.get(groupKind);
  if (pod === undefined && read === undefined) return NONE;
  const found: ObjectReference[] = [];
  const add: Add = (kind, name, field) => {
    if (typeof name === 'string') found.push({ field, kind, name });
  };
  if (pod !== undefined) addPod(pod, add);
  read?.(manifest, add);
  return found;
}

const NONE: readonly ObjectReference[] = Object.freeze([]);

const READERS = new Map<string, (manifest: Manifest, add: Add) => void>(
  Object.entries({
    'apps/StatefulSet': ({ spec }: Manifest, add: Add) => add('Service', fieldsOf(spec)['serviceName'], 'spec.serviceName'),
    'autoscaling/HorizontalPodAutoscaler': ({ spec }: Manifest, add: Add) =>
      addTarget(fieldsOf(fieldsOf(spec)['scaleTargetRef']), 'spec.scaleTargetRef.name', add),
    'extensions.agents.x-k8s.io/SandboxWarmPool': ({ spec }: Manifest, add: Add) => {
      add(
        'extensions.agents.x-k8s.io/SandboxTemplate',
        fieldsOf(fieldsOf(spec)['sandboxTemplateRef'])['name'],
        'spec.sandboxTemplateRef.name',
      );
    },
    'external-secrets.io/ExternalSecret': ({ spec }: Manifest, add: Add) => {
      for (const [index, { sourceRef }] of itemsOf(fieldsOf(spec)['dataFrom']).entries()) {
        const { apiVersion, kind, name } = fieldsOf(fieldsOf(sourceRef)['generatorRef']);
        add(groupKindOf(apiVersion, kind), name, `spec.dataFrom[${index}].sourceRef.generatorRef.name`);
      }
    },
    'gateway.networking.k8s.io/HTTPRoute': ({ spec }: Manifest, add: Add) => {
      for (const [r, rule] of itemsOf(fieldsOf(spec)['rules']).entries()) {
        for (const [b, { kind = 'Service', name, namespace }] of itemsOf(rule['backendRefs']).entries()) {
          if (kind === 'Service' && namespace === undefined) add('Service', name, `spec.rules[${r}].backendRefs[${b}].name`);
        }
      }
    },
    'keda.sh/ScaledObject': ({ spec }: Manifest, add: Add) => {
      const { scaleTargetRef, triggers } = fieldsOf(spec);
      addTarget({ apiVersion: 'apps/v1', kind: 'Deployment', ...fieldsOf(scaleTargetRef) }, 'spec.scaleTargetRef.name', add);
      for (const [index, { authenticationRef }] of itemsOf(triggers).entries()) {
        const { kind = 'TriggerAuthentication', name } = fieldsOf(authenticationRef);
        if (kind === 'TriggerAuthentication') add('keda.sh/TriggerAuthentication', name, `spec.triggers[${index}].authenticationRef.name`);
      }
    },
    'networking.k8s.io/Ingress': ({ spec }: Manifest, add: Add) => {
      for (const [r, { http }] of itemsOf(fieldsOf(spec)['rules']).entries()) {
        for (const [p, { backend }] of itemsOf(fieldsOf(http)['paths']).entries()) {
          add('Service', fieldsOf(fieldsOf(backend)['service'])['name'], `spec.rules[${r}].http.paths[${p}].backend.service.name`);
        }
      }
    },
    'rbac.authorization.k8s.io/RoleBinding': ({ metadata, roleRef, subjects }: Manifest, add: Add) => {
      const { kind, name } = fieldsOf(roleRef);
      if (kind === 'Role') add('rbac.authorization.k8s.io/Role', name, 'roleRef.name');
      for (const [index, subject] of itemsOf(subjects).entries()) {
        const isOwn = subject['kind'] === 'ServiceAccount' && subject['namespace'] === metadata.namespace;
        if (isOwn) add('ServiceAccount', subject['name'], `subjects[${index}].name`);
      }
    },
  } satisfies Record<string, (manifest: Manifest, add: Add) => void>),
);

function addTarget({ apiVersion, kind, name }: Fields, field: string, add: Add): void {
  add(groupKindOf(apiVersion, kind), name, field);
}

function addPod(pod: Pod, add: Add): void {
  const { spec } = pod;
  if (spec['serviceAccountName'] !== 'default') add('ServiceAccount', spec['serviceAccountName'], inPod(pod, 'serviceAccountName'));
  for (const [index, { name }] of itemsOf(spec['imagePullSecrets']).entries())
    add('Secret', name, inPod(pod, `imagePullSecrets[${index}].name`));
  addVolumes(pod, add);
  addEnv(pod, add);
}

function addVolumes(pod: Pod, add: Add): void {
  for (const [index, { configMap, persistentVolumeClaim, projected, secret }] of itemsOf(pod.spec['volumes']).entries()) {
    if (configMap !== undefined) addUnlessOptional('ConfigMap', configMap, inPod(pod, `volumes[${index}].configMap`), add);
    if (persistentVolumeClaim !== undefined) {
      add(
        'PersistentVolumeClaim',
        fieldsOf(persistentVolumeClaim)['claimName'],
        inPod(pod, `volumes[${index}].persistentVolumeClaim.claimName`),
      );
    }
    if (secret !== undefined) {
      const { optional, secretName } = fieldsOf(secret);
      if (optional !== true) add('Secret', secretName, inPod(pod, `volumes[${index}].secret.secretName`));
    }
    if (projected !== undefined) addSources(fieldsOf(projected), inPod(pod, `volumes[${index}].projected`), add);
  }
}

function addSources({ sources }: Fields, at: string, add: Add): void {
  for (const [index, { configMap, secret }] of itemsOf(sources).entries()) {
    if (configMap !== undefined) addUnlessOptional('ConfigMap', configMap, `${at}.sources[${index}].configMap`, add);
    if (secret !== undefined) addUnlessOptional('Secret', secret, `${at}.sources[${index}].secret`, add);
  }
}

function addEnv(pod: Pod, add: Add): void {
  for (const container of pod.containers) {
    for (const [index, { valueFrom }] of itemsOf(container.fields['env']).entries()) {
      if (valueFrom === undefined) continue;
      const { configMapKeyRef, secretKeyRef } = fieldsOf(valueFrom);
      const field = `env[${index}].valueFrom`;
      if (configMapKeyRef !== undefined)
        addUnlessOptional('ConfigMap', configMapKeyRef, inContainer(pod, container, `${field}.configMapKeyRef`), add);
      if (secretKeyRef !== undefined) addUnlessOptional('Secret', secretKeyRef, inContainer(pod, container, `${field}.secretKeyRef`), add);
    }
    for (const [index, { configMapRef, secretRef }] of itemsOf(container.fields['envFrom']).entries()) {
      if (configMapRef !== undefined)
        addUnlessOptional('ConfigMap', configMapRef, inContainer(pod, container, `envFrom[${index}].configMapRef`), add);
      if (secretRef !== undefined) addUnlessOptional('Secret', secretRef, inContainer(pod, container, `envFrom[${index}].secretRef`), add);
    }
  }
}

// oxlint-disable-next-line eslint/max-params -- a reference and where it stands
function addUnlessOptional(kind: string, reference: unknown, at: string, add: Add): void {
  const { name, optional } = fieldsOf(reference);
  if (optional !== true) add(kind, name, `${at}.name`);
}
