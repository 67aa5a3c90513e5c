import { CustomResource, type CustomResourceOptions } from '@pulumi/pulumi';
import type { Manifest } from '../../constructs/index.ts';

/** Argo CD asks before it deletes what carries this; Pulumi asks by `protect`. */
const SYNC_OPTIONS = 'argocd.argoproj.io/sync-options';

/**
 * Health is judged by what watches the fleet: an agent whose image is not there yet must not hold every other change back.
 *
 * @see https://www.pulumi.com/registry/packages/kubernetes/#pulumicomskipawait
 */
export const SKIP_AWAIT = 'pulumi.com/skipAwait';

/**
 * Any object of a cluster, of a kind that Kubernetes has built in or of one that was added. Its name and type are those of the
 * object, so that it stays the same resource wherever its code moves.
 */
export class KubernetesObject extends CustomResource {
  constructor(manifest: Manifest, options: CustomResourceOptions) {
    const { metadata } = manifest;
    const isNamespace = manifest.kind === 'Namespace';
    // What stands in a namespace can only be deleted while it does: that one is waited for.
    const annotations = isNamespace ? metadata.annotations : { ...metadata.annotations, [SKIP_AWAIT]: 'true' };
    super(
      typeOf(manifest),
      metadata.name,
      { ...manifest, metadata: { ...metadata, annotations } },
      { ...options, protect: isPrecious(manifest) },
    );
  }
}

/** `kubernetes:apps/v1:Deployment`; the group that has no name is called `core`. */
function typeOf({ apiVersion, kind }: Manifest): string {
  return `kubernetes:${apiVersion.includes('/') ? apiVersion : `core/${apiVersion}`}:${kind}`;
}

/** Whether deleting it loses what Git does not hold. */
function isPrecious({ metadata }: Manifest): boolean {
  return metadata.annotations?.[SYNC_OPTIONS]?.split(',').includes('Delete=confirm') ?? false;
}
