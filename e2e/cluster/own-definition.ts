import type { ApiObject } from './resource-paths.ts';

/** What a custom resource is called. */
export interface ResourceNames {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** As in URLs. */
  readonly plural: string;
}

/** A CustomResourceDefinition of our own making, for a kind whose own cannot be had as a Go module. */
export function ownDefinition({ group, version, kind, plural }: ResourceNames, openAPIV3Schema: object): ApiObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
      scope: 'Namespaced',
      versions: [{ name: version, served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema } }],
    },
  };
}
