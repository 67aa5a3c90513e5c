export { startPostgres, type TestPostgres } from './postgres.ts';
export { describeStores, TestOrg } from './stores.ts';
