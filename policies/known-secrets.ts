import { type Org, Secret } from '../constructs/index.ts';

/** What an org's own parts are called where credentials are named after them. */
const OWN_PARTS = new Set(['egress', 'gateway', 'gateway-cache']);

const CREDENTIALS = /^(.+)-credentials$/;

/** Whether a Secret of this name is there although no object makes it: by reference, or as credentials that exist already. */
export function isKnownSecret(org: Org, name: string): boolean {
  return isCredential(org, name) || isReferenced(org, name);
}

/** By its name alone, without a search: a fleet has one of these for each agent. */
function isCredential(org: Org, name: string): boolean {
  if (org.fleet.environment.cluster.secrets.credentials !== 'existing') return false;
  const part = CREDENTIALS.exec(name)?.[1];
  return part !== undefined && (OWN_PARTS.has(part) || org.node.tryFindChild(part) !== undefined);
}

function isReferenced(org: Org, name: string): boolean {
  return org.children.some((part) => part instanceof Secret && part.from.kind === 'reference' && part.objectName === name);
}
