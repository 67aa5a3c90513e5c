export { deployOrg } from './deploy-org.ts';
