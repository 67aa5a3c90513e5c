export { applyAll, type ApplyReport, changesBetween } from './apply.ts';
export { fieldOf, isRecord, nameOf } from './fields.ts';
export { installPlatform, provisionVolumes, standInForControllers } from './platform.ts';
export { podOf, podShapes } from './pod-shapes.ts';
export { readRendered } from './rendered.ts';
export { type Account, mayI, type Question, rightsOf } from './rights.ts';
export { awaitWorkloads, completeJobs } from './workloads.ts';
