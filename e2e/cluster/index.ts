export { type ApiAnswer, describeAnswer } from './answer.ts';
export { ApiClient, FIELD_MANAGER } from './client.ts';
export { Cluster } from './cluster.ts';
export { waitFor } from './component.ts';
export { fetchCustomResources, installCustomResources } from './custom-resources.ts';
export type { ApiObject } from './resource-paths.ts';
export { RUN_VARIABLE, RunFolder } from './run-folder.ts';
