import { findNameProblems, FleetwrightError } from '../../constructs/index.ts';
import { toId } from './names.ts';
import type { Resource } from './resource.ts';

/** The resources of one org. */
export interface OrgGroup {
  /** The org's id. */
  readonly name: string;
  readonly resources: readonly Resource[];
}

/** What a cluster has for itself cannot be an org. */
const OF_THE_CLUSTER = /^(kube-|openshift-)|^(argocd|default)$/;

/**
 * Splits resources by clusters and namespaces; each becomes an org. With a name, all of them become the org of that name.
 *
 * @throws FleetwrightError FW_USAGE for a name that no org can have
 */
export function groupByOrg(resources: readonly Resource[], name: string | undefined): OrgGroup[] {
  if (name !== undefined) {
    if (findNameProblems('org', name).length > 0 || toOrgId(name) !== name) {
      throw new FleetwrightError('FW_USAGE', `--org '${name}' cannot be the id of an org; '${toOrgId(name)}' can`);
    }
    return [{ name, resources }];
  }
  const clusters = resources.filter(({ kind }) => kind === 'LanguageCluster');
  const keyed = Map.groupBy(resources, (resource) => keyOf(resource, clusters));
  const homeless = keyed.get('') ?? [];
  keyed.delete('');
  // What says no namespace belongs to the only org there is.
  const [only] = [...keyed.keys()];
  if (homeless.length > 0)
    keyed.set(keyed.size === 1 && only !== undefined ? only : 'imported', [
      ...homeless,
      ...(keyed.size === 1 ? (keyed.get(only ?? '') ?? []) : []),
    ]);
  const taken = new Set<string>();
  return [...keyed].map(([key, group]) => ({ name: freeName(toOrgId(key), taken), resources: group }));
}

/** The cluster or namespace that a resource belongs to; empty where it says none. */
function keyOf(resource: Resource, clusters: readonly Resource[]): string {
  if (resource.kind === 'LanguageCluster') return clusterKey(resource);
  const reference = resource.fields.get('spec', 'clusterRef').text();
  const referred = clusters.find(({ name }) => name === reference);
  if (reference !== undefined) return referred === undefined ? reference : clusterKey(referred);
  const inside = clusters.filter(({ namespace }) => namespace !== undefined && namespace === resource.namespace);
  return inside.length === 1 && inside[0] !== undefined ? clusterKey(inside[0]) : (resource.namespace ?? '');
}

function clusterKey({ name, fields }: Resource): string {
  return fields.get('spec', 'namespace').text() ?? name;
}

function toOrgId(key: string): string {
  const id = toId(key);
  return OF_THE_CLUSTER.test(key) ? `org-${toId(`x${key}`).slice(1)}` : id;
}

function freeName(wanted: string, taken: Set<string>): string {
  for (let count = 1; ; count++) {
    const name = count === 1 ? wanted : `${wanted.slice(0, 44)}-${count}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}
