export { startPostgres, type TestPostgres } from './postgres.ts';
export { describeStores, type TestOrg } from './stores.ts';
