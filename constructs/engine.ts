/** What brings rendered objects into a cluster. */
export type Engine = 'argo' | 'pulumi';

/** The label of an org's namespace that names the one engine which applies what stands in it. */
export const ENGINE_LABEL = 'fleetwright.dev/engine';
