import { ProviderResource } from '@pulumi/pulumi';
import kubernetes from '@pulumi/kubernetes/package.json' with { type: 'json' };
import type { StackSettings } from './stack-settings.ts';

/**
 * The way into a stack's cluster. It has the arguments of `Provider` in `@pulumi/kubernetes`, which would write the reader's
 * KUBECONFIG into the state: then the state would differ from person to person, and no run would be without a change. To overrule
 * another field manager, and to take over objects that are there already, is left out: who means it says so for one run, by the
 * provider's environment variables.
 *
 * @see https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/
 */
export class ClusterProvider extends ProviderResource {
  constructor({ context, env, org }: StackSettings) {
    const args = {
      // Another name for the same cluster must not replace all that stands in it.
      clusterIdentifier: env,
      context,
      // Without it, each change of a ConfigMap deletes it first.
      enableConfigMapMutable: true,
      enableServerSideApply: true,
      namespace: org,
    };
    super('kubernetes', 'cluster', args, { version: kubernetes.version });
  }
}
