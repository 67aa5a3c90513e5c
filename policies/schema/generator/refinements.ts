import {
  CIDR,
  CONTAINER_RESOURCES,
  COUNT_OR_PERCENT,
  CRON,
  DATA_KEY,
  DATA_KEYS,
  ENDS,
  ENV_NAME,
  FIELD_PATH,
  FILE_MODE,
  HOST,
  LABEL,
  LIMIT_RESOURCES,
  NOT_EMPTY,
  NOT_NEGATIVE,
  ONLY_ALWAYS,
  PORT,
  PORT_NAME,
  PORT_OR_NAME,
  POSITIVE,
  QUOTA_RESOURCES,
  RESOURCE_FIELD,
  SECRET,
  SOME,
  SUBDOMAIN,
  USER_ID,
  atLeastOne,
  atMostOne,
  exactlyOne,
  exactlyOneKeyBut,
  needs,
  type Refinements,
} from './facets.ts';

// Where the server looks no further than that there is a name.
const NAMED: Refinements = { '': needs('name'), name: NOT_EMPTY };

const WELL_NAMED: Refinements = { '': needs('name'), name: SUBDOMAIN };

const WITH_SPEC: Refinements = { '': needs('spec') };

const KEY_IN_OBJECT: Refinements = { ...WELL_NAMED, key: DATA_KEY };

const CONTAINER: Refinements = {
  '': needs('image'),
  name: LABEL,
  image: NOT_EMPTY,
  'livenessProbe/successThreshold': { maximum: 1 },
  'startupProbe/successThreshold': { maximum: 1 },
};

const CLAIM: Refinements = {
  '': needs('accessModes', 'resources'),
  accessModes: SOME,
  resources: needs('requests'),
  'resources/requests': { minProperties: 1, keys: '^storage$', says: 'storage' },
  'resources/requests/*': NOT_NEGATIVE,
};

const POD_SET: Refinements = {
  minReadySeconds: NOT_NEGATIVE,
  revisionHistoryLimit: NOT_NEGATIVE,
  'template/spec/restartPolicy': ONLY_ALWAYS,
};

const WORKLOAD: Refinements = { ...POD_SET, replicas: NOT_NEGATIVE };

const JOB: Refinements = {
  activeDeadlineSeconds: NOT_NEGATIVE,
  backoffLimit: NOT_NEGATIVE,
  completions: NOT_NEGATIVE,
  parallelism: NOT_NEGATIVE,
  ttlSecondsAfterFinished: NOT_NEGATIVE,
  'template/spec': needs('restartPolicy'),
  'template/spec/restartPolicy': ENDS,
};

const ROLLING: Refinements = { maxSurge: COUNT_OR_PERCENT, maxUnavailable: COUNT_OR_PERCENT };

/**
 * What the API server checks in code and does not publish in its schema, as far as a typical mistake meets it; definition name without
 * its `io.k8s.api.` or `io.k8s.apimachinery.pkg.apis.` → what to add.
 *
 * Taken from `pkg/apis/<group>/validation` of Kubernetes. Rules that compare two fields (a selector with labels, a mount with a
 * volume) are not for a schema.
 */
export const REFINEMENTS: Readonly<Record<string, Refinements>> = {
  'admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec': {
    validationActions: SOME,
    '': needs('policyName', 'validationActions'),
  },
  'admissionregistration.v1.ValidatingAdmissionPolicySpec': {
    '': { ...needs('matchConstraints'), ...atLeastOne('auditAnnotations', 'validations') },
    matchConstraints: needs('resourceRules'),
    'matchConstraints/resourceRules': SOME,
  },
  'admissionregistration.v1.NamedRuleWithOperations': {
    '': needs('apiGroups', 'apiVersions', 'operations', 'resources'),
    apiGroups: SOME,
    apiVersions: SOME,
    operations: SOME,
    resources: SOME,
  },
  'admissionregistration.v1.ValidatingAdmissionPolicy': WITH_SPEC,
  'admissionregistration.v1.ValidatingAdmissionPolicyBinding': WITH_SPEC,
  'apps.v1.DaemonSet': WITH_SPEC,
  'apps.v1.DaemonSetSpec': POD_SET,
  'apps.v1.Deployment': WITH_SPEC,
  'apps.v1.DeploymentSpec': { ...WORKLOAD, progressDeadlineSeconds: NOT_NEGATIVE },
  'apps.v1.RollingUpdateDaemonSet': ROLLING,
  'apps.v1.RollingUpdateDeployment': ROLLING,
  'apps.v1.StatefulSet': WITH_SPEC,
  'apps.v1.StatefulSetSpec': WORKLOAD,
  'autoscaling.v2.CrossVersionObjectReference': {
    apiVersion: { pattern: '^([-a-z0-9.]+/)?v[0-9][a-z0-9]*$', says: "a group and version such as 'apps/v1'" },
    kind: NOT_EMPTY,
    name: NOT_EMPTY,
  },
  'autoscaling.v2.HPAScalingPolicy': {
    type: { enum: ['Pods', 'Percent'] },
    value: POSITIVE,
    periodSeconds: { minimum: 1, maximum: 1800 },
  },
  'autoscaling.v2.HPAScalingRules': {
    selectPolicy: { enum: ['Max', 'Min', 'Disabled'] },
    stabilizationWindowSeconds: { minimum: 0, maximum: 3600 },
  },
  'autoscaling.v2.HorizontalPodAutoscaler': WITH_SPEC,
  'autoscaling.v2.HorizontalPodAutoscalerSpec': { minReplicas: POSITIVE, maxReplicas: POSITIVE },
  'autoscaling.v2.MetricSpec': {
    '': exactlyOneKeyBut('type'),
    type: { enum: ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'] },
  },
  'autoscaling.v2.MetricTarget': {
    '': atLeastOne('averageUtilization', 'averageValue', 'value'),
    type: { enum: ['Utilization', 'Value', 'AverageValue'] },
    averageUtilization: POSITIVE,
  },
  'batch.v1.CronJob': WITH_SPEC,
  'batch.v1.CronJobSpec': {
    jobTemplate: needs('spec'),
    schedule: CRON,
    startingDeadlineSeconds: NOT_NEGATIVE,
    successfulJobsHistoryLimit: NOT_NEGATIVE,
    failedJobsHistoryLimit: NOT_NEGATIVE,
  },
  'batch.v1.Job': WITH_SPEC,
  'batch.v1.JobSpec': JOB,
  'cilium.io/v2 CiliumNetworkPolicy': { '': atLeastOne('spec', 'specs') },
  'core.v1.ConfigMap': { data: DATA_KEYS, binaryData: DATA_KEYS },
  'core.v1.ConfigMapEnvSource': WELL_NAMED,
  'core.v1.ConfigMapKeySelector': KEY_IN_OBJECT,
  'core.v1.ConfigMapProjection': NAMED,
  'core.v1.ConfigMapVolumeSource': { ...NAMED, defaultMode: FILE_MODE },
  'core.v1.Container': CONTAINER,
  'core.v1.ContainerPort': { containerPort: PORT, hostPort: { minimum: 0, maximum: 65_535 }, name: PORT_NAME },
  'core.v1.EmptyDirVolumeSource': {
    medium: { pattern: '^(|Memory|HugePages|HugePages-.+)$', says: "'Memory' or a huge page size, or not set" },
    sizeLimit: NOT_NEGATIVE,
  },
  'core.v1.EnvFromSource': { '': exactlyOneKeyBut('prefix') },
  'core.v1.EnvVar': { '': atMostOne('value', 'valueFrom'), name: ENV_NAME },
  'core.v1.EnvVarSource': { '': exactlyOneKeyBut() },
  'core.v1.ExecAction': { '': needs('command'), command: SOME },
  'core.v1.GRPCAction': { port: PORT },
  'core.v1.HTTPGetAction': { port: PORT_OR_NAME },
  'core.v1.KeyToPath': { key: NOT_EMPTY, path: NOT_EMPTY, mode: FILE_MODE },
  'core.v1.LifecycleHandler': { '': exactlyOneKeyBut() },
  'core.v1.LimitRangeItem': {
    type: { enum: ['Container', 'Pod', 'PersistentVolumeClaim'] },
    default: LIMIT_RESOURCES,
    defaultRequest: LIMIT_RESOURCES,
    max: LIMIT_RESOURCES,
    min: LIMIT_RESOURCES,
  },
  'core.v1.LocalObjectReference': { name: NOT_EMPTY },
  'core.v1.ObjectFieldSelector': { fieldPath: FIELD_PATH },
  'core.v1.PersistentVolumeClaim': WITH_SPEC,
  'core.v1.PersistentVolumeClaimSpec': CLAIM,
  'core.v1.PersistentVolumeClaimVolumeSource': { claimName: NOT_EMPTY },
  'core.v1.Pod': WITH_SPEC,
  'core.v1.PodSecurityContext': { runAsUser: USER_ID, runAsGroup: USER_ID, fsGroup: USER_ID, 'supplementalGroups/*': USER_ID },
  'core.v1.PodSpec': {
    containers: SOME,
    serviceAccountName: SUBDOMAIN,
    activeDeadlineSeconds: { minimum: 1, maximum: 2 ** 31 - 1 },
    terminationGracePeriodSeconds: NOT_NEGATIVE,
  },
  'core.v1.PodTemplate': { '': needs('template') },
  'core.v1.PodTemplateSpec': { '': needs('spec') },
  'core.v1.Probe': {
    '': exactlyOne('exec', 'grpc', 'httpGet', 'tcpSocket'),
    failureThreshold: NOT_NEGATIVE,
    initialDelaySeconds: NOT_NEGATIVE,
    periodSeconds: NOT_NEGATIVE,
    successThreshold: NOT_NEGATIVE,
    terminationGracePeriodSeconds: POSITIVE,
    timeoutSeconds: NOT_NEGATIVE,
  },
  'core.v1.ProjectedVolumeSource': { defaultMode: FILE_MODE },
  'core.v1.ResourceFieldSelector': { resource: RESOURCE_FIELD },
  'core.v1.ResourceQuotaSpec': { hard: QUOTA_RESOURCES, 'hard/*': NOT_NEGATIVE },
  'core.v1.ResourceRequirements': {
    limits: CONTAINER_RESOURCES,
    'limits/*': NOT_NEGATIVE,
    requests: CONTAINER_RESOURCES,
    'requests/*': NOT_NEGATIVE,
  },
  'core.v1.Secret': { data: DATA_KEYS, stringData: DATA_KEYS, 'data/*': SECRET, 'stringData/*': SECRET },
  'core.v1.SecretEnvSource': WELL_NAMED,
  'core.v1.SecretKeySelector': KEY_IN_OBJECT,
  'core.v1.SecretProjection': NAMED,
  'core.v1.SecretVolumeSource': { '': needs('secretName'), secretName: NOT_EMPTY, defaultMode: FILE_MODE },
  'core.v1.SecurityContext': { runAsUser: USER_ID, runAsGroup: USER_ID },
  'core.v1.Service': WITH_SPEC,
  'core.v1.ServiceAccountTokenProjection': { expirationSeconds: { minimum: 600, maximum: 2 ** 32 }, path: NOT_EMPTY },
  'core.v1.ServicePort': { port: PORT, targetPort: PORT_OR_NAME, nodePort: { minimum: 0, maximum: 65_535 }, name: LABEL },
  'core.v1.TCPSocketAction': { port: PORT_OR_NAME },
  'core.v1.TopologySpreadConstraint': { '': needs('labelSelector'), maxSkew: POSITIVE, minDomains: POSITIVE, topologyKey: NOT_EMPTY },
  'core.v1.Volume': { '': exactlyOneKeyBut('name'), name: LABEL },
  'core.v1.VolumeMount': { mountPath: NOT_EMPTY, name: NOT_EMPTY },
  'core.v1.VolumeProjection': { '': exactlyOneKeyBut() },
  'meta.v1.LabelSelectorRequirement': { key: NOT_EMPTY, operator: { enum: ['In', 'NotIn', 'Exists', 'DoesNotExist'] } },
  'networking.v1.HTTPIngressPath': { '': needs('path'), path: { pattern: '^/', says: "a path that begins with '/'" } },
  'networking.v1.HTTPIngressRuleValue': { paths: SOME },
  'networking.v1.IPBlock': { cidr: CIDR, 'except/*': CIDR },
  'networking.v1.Ingress': WITH_SPEC,
  'networking.v1.IngressBackend': { '': exactlyOneKeyBut() },
  'networking.v1.IngressRule': { host: HOST },
  'networking.v1.IngressServiceBackend': { '': needs('port'), name: LABEL },
  'networking.v1.IngressSpec': { '': atLeastOne('defaultBackend', 'rules') },
  'networking.v1.IngressTLS': { 'hosts/*': HOST, secretName: SUBDOMAIN },
  'networking.v1.NetworkPolicyPeer': { '': atLeastOne('ipBlock', 'namespaceSelector', 'podSelector') },
  'networking.v1.NetworkPolicyPort': { port: PORT_OR_NAME, endPort: PORT },
  'networking.v1.ServiceBackendPort': { '': exactlyOneKeyBut(), name: PORT_NAME, number: PORT },
  'policy.v1.PodDisruptionBudgetSpec': {
    '': atMostOne('maxUnavailable', 'minAvailable'),
    maxUnavailable: COUNT_OR_PERCENT,
    minAvailable: COUNT_OR_PERCENT,
  },
  'rbac.v1.ClusterRoleBinding': { 'roleRef/kind': { enum: ['ClusterRole'] } },
  'rbac.v1.PolicyRule': { verbs: SOME, '': atLeastOne('nonResourceURLs', 'resources') },
  'rbac.v1.Role': { 'rules/*': needs('apiGroups', 'resources'), 'rules/*/apiGroups': SOME, 'rules/*/resources': SOME },
  'rbac.v1.RoleBinding': { 'roleRef/kind': { enum: ['ClusterRole', 'Role'] } },
  'rbac.v1.RoleRef': { apiGroup: { enum: ['rbac.authorization.k8s.io'] }, name: NOT_EMPTY },
  'rbac.v1.Subject': { kind: { enum: ['Group', 'ServiceAccount', 'User'] }, name: NOT_EMPTY },
};
