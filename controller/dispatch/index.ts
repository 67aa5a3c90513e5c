export { coalesce, type CoalesceOptions } from './coalesce.ts';
export { type BackgroundOptions, prune, startBackground } from './background.ts';
export { Dispatcher } from './dispatcher.ts';
export { openPglite } from './pglite-store.ts';
export { openPostgres } from './postgres-store.ts';
export { type AgentStatus, type BudgetStatus, type Page, Reads, type TaskFilter, type TaskSummary, type UsageTotal } from './reads.ts';
export type { Store } from './store.ts';
