/** The kinds of Kubernetes itself that a rendered tree may hold, by `apiVersion`. */
export const BUILT_IN_KINDS: Readonly<Record<string, readonly string[]>> = {
  v1: [
    'Namespace',
    'ServiceAccount',
    'ConfigMap',
    'Secret',
    'Service',
    'PersistentVolumeClaim',
    'ResourceQuota',
    'LimitRange',
    'PodTemplate',
    'Pod',
  ],
  'apps/v1': ['Deployment', 'StatefulSet', 'DaemonSet'],
  'batch/v1': ['Job', 'CronJob'],
  'networking.k8s.io/v1': ['NetworkPolicy', 'Ingress'],
  'policy/v1': ['PodDisruptionBudget'],
  'autoscaling/v2': ['HorizontalPodAutoscaler'],
  'rbac.authorization.k8s.io/v1': ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'],
  'admissionregistration.k8s.io/v1': ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
};
