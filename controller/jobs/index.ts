export { accessFromPod, type ClusterAccess, Kubernetes, KubernetesError } from './kubernetes.ts';
export { startJobs } from './start.ts';
