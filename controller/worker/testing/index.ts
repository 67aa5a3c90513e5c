export { startProxy } from './proxy.ts';
export { isAlive, TestFleet, type TestWorker, until } from './test-fleet.ts';
