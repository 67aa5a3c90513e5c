export { fleetwright } from '../../testing/command.ts';
export { aProject, type Project } from '../../testing/project.ts';
export { eventually, startUp } from './up-process.ts';
