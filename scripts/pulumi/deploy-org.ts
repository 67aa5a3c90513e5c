import { getStack, log, type Resource, RunError, runtime } from '@pulumi/pulumi';
import { FleetwrightError, type Manifest } from '../../constructs/index.ts';
import { escapeControls } from '../escape-controls.ts';
import { ClusterProvider } from './cluster-provider.ts';
import { KubernetesObject } from './kubernetes-object.ts';
import { refuseOtherOwner } from './live-owner.ts';
import { loadOrg } from './load-org.ts';
import { readStackSettings } from './stack-settings.ts';
import { wavesOf } from './waves.ts';

/** Options of `deployOrg`. */
export interface DeployOrgOptions {
  /**
   * The folder that holds `environments/` and `stacks/`.
   *
   * @default the working directory
   */
  readonly root?: string;
}

/**
 * The Pulumi program of a fleet repository: turns the org and the environment that its stack is named for into one resource for
 * each object, after they were judged as `fleetwright check` judges them.
 *
 * @throws RunError with the message of what Fleetwright refuses
 */
export async function deployOrg({ root = process.cwd() }: DeployOrgOptions = {}): Promise<void> {
  try {
    const settings = readStackSettings(getStack(), runtime.allConfig());
    const { manifests, warnings } = await loadOrg({ ...settings, root });
    await refuseOtherOwner(settings);
    if (warnings !== '') await log.warn(escapeControls(warnings));
    createAll(wavesOf(manifests), new ClusterProvider(settings));
  } catch (error) {
    // Pulumi prints the message of this error alone, and a stack trace with every other.
    throw error instanceof FleetwrightError ? new RunError(escapeControls(error.message)) : error;
  }
}

/**
 * Each wave waits for the one before it. To name every object of a wave in every object of the next would be too much for a
 * large org: the first object of a wave waits for all of the wave before, and the rest of its wave for that one.
 */
function createAll(waves: readonly (readonly Manifest[])[], provider: ClusterProvider): void {
  let before: readonly Resource[] = [];
  for (const [first, ...rest] of waves) {
    if (first === undefined) continue;
    const head = new KubernetesObject(first, { dependsOn: [...before], provider });
    before = [head, ...rest.map((manifest) => new KubernetesObject(manifest, { dependsOn: [head], provider }))];
  }
}
