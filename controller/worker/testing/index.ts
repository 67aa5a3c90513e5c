export { startProxy } from './proxy.ts';
export { freePort, isAlive, TestFleet, type TestWorker, until } from './test-fleet.ts';
