import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ENGINE_LABEL, FleetwrightError, type Manifest } from '../../constructs/index.ts';
import type { StackSettings } from './stack-settings.ts';

/** By one of these Argo CD knows the objects that it applies. @see https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/ */
const TRACKING = 'argocd.argoproj.io/tracking-id';

const PATIENCE_SECONDS = 10;

/**
 * Looks at the org's namespace in the cluster, which says who delivers what stands in it.
 *
 * @throws FleetwrightError FW_ENGINE_REFUSED when Argo CD does; FW_PULUMI_INVALID when the cluster does not answer
 */
export async function refuseOtherOwner({ context, env, org }: StackSettings): Promise<void> {
  const namespace = await readNamespace(context, org);
  const { annotations, labels } = namespace?.metadata ?? {};
  const engine = labels?.[ENGINE_LABEL];
  const why =
    engine !== undefined && engine !== 'pulumi'
      ? `its label '${ENGINE_LABEL}' says '${engine}'`
      : annotations?.[TRACKING] === undefined
        ? undefined
        : `its annotation '${TRACKING}' says that Argo CD applies it`;
  if (why === undefined) return;
  throw new FleetwrightError(
    'FW_ENGINE_REFUSED',
    `Pulumi cannot deliver org '${org}' to '${env}': namespace '${org}' in context '${context}' is another engine's: ${why}; ` +
      'delete the Application without what it applied, then change the label and remove the annotation by kubectl',
  );
}

async function readNamespace(context: string, org: string): Promise<Manifest | undefined> {
  const args = [
    '--context',
    context,
    'get',
    'namespace',
    org,
    '--ignore-not-found',
    '--output=json',
    `--request-timeout=${PATIENCE_SECONDS}s`,
  ];
  try {
    const { stdout } = await promisify(execFile)('kubectl', args, { timeout: 2 * PATIENCE_SECONDS * 1000 });
    return stdout.trim() === '' ? undefined : (JSON.parse(stdout) as Manifest);
  } catch (cause) {
    throw new FleetwrightError(
      'FW_PULUMI_INVALID',
      `who delivers org '${org}' cannot be seen: '${['kubectl', ...args].join(' ')}' failed: ${reasonOf(cause)}; ` +
        'it must run where Pulumi runs, with the same kubeconfig',
      { cause },
    );
  }
}

function reasonOf(cause: unknown): string {
  const { stderr = '', message } = cause as Error & { readonly stderr?: string };
  const said = stderr.trim() === '' ? message : stderr;
  return said.trim().split('\n').at(-1) ?? message;
}
