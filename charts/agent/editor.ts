import { PATHS, PORTS, probeCommand } from '../../controller/contract/index.ts';
import { Duration, type Editor, type Environment, Probe } from '../../constructs/index.ts';
import { CONTAINER_SECURITY, imageOf, renderProbes, renderResources } from '../pod.ts';
import type { VolumeMount } from '../secret/secret-files.ts';
import { WORKER_MOUNT } from '../worker.ts';
import { WORKSPACE_MOUNT } from './workspace.ts';

/** The kubelet cannot reach the loopback address, so the worker's program looks for it. */
const ALIVE = probeCommand(`http://127.0.0.1:${PORTS.editor}/healthz`);
const PROBES = {
  liveness: Probe.command(ALIVE, { failures: 6 }),
  startup: Probe.command(ALIVE, { failures: 60, period: Duration.seconds(2) }),
};

/**
 * The sidecar with the editor. It asks for no password, so it listens on the loopback address only: people come to it through the
 * sign-in beside it, or through `kubectl port-forward`.
 *
 * @param mounts the agent's home and scratch folder, which the editor shares
 */
export function editorContainer(editor: Editor, environment: Environment, mounts: readonly VolumeMount[]): object {
  return {
    args: ['--auth=none', `--bind-addr=127.0.0.1:${PORTS.editor}`, '--disable-telemetry', '--disable-update-check', PATHS.workspace],
    command: ['code-server'],
    env: [{ name: 'HOME', value: PATHS.home }],
    image: imageOf(environment, editor.image),
    ...renderProbes(PROBES, PORTS.editor),
    name: 'editor',
    resources: renderResources(editor.resources),
    restartPolicy: 'Always',
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [...mounts, WORKER_MOUNT, WORKSPACE_MOUNT],
    workingDir: PATHS.workspace,
  };
}
