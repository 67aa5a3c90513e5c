export { environmentNames, loadEnvironment } from './load.ts';
