import type { Manifest, RunMode } from '../../constructs/index.ts';
import type { AgentPlace } from './agent-place.ts';
import { agentPod } from './agent-pod.ts';
import { objectMeta } from '../manifest.ts';
import { WORKSPACE_MOUNT, claimSpec } from './workspace.ts';

const API_VERSION = 'extensions.agents.x-k8s.io/v1beta1';

/**
 * An agent that runs on demand: what its sandboxes are made from, and those that are kept ready. The pool stands there even
 * when none are, as a claim names it.
 *
 * @see https://agent-sandbox.sigs.k8s.io
 */
export function renderSandbox(place: AgentPlace, { warm }: RunMode & { kind: 'sandbox' }, configDigest: string): Manifest[] {
  const { agent, owner } = place;
  const claims = ownClaims(place);
  return [
    {
      apiVersion: API_VERSION,
      kind: 'SandboxTemplate',
      metadata: objectMeta(owner, agent.name),
      spec: {
        // The agent's own policy stands beside it; the operator's would let more through.
        networkPolicyManagement: 'Unmanaged',
        podTemplate: agentPod(place, { configDigest, foreignWorkspace: claims !== undefined, spec: { dnsPolicy: 'ClusterFirst' } }),
        volumeClaimTemplates: claims,
      },
    },
    {
      apiVersion: API_VERSION,
      kind: 'SandboxWarmPool',
      metadata: objectMeta(owner, agent.name),
      spec: { replicas: warm, sandboxTemplateRef: { name: agent.name }, updateStrategy: { type: 'Recreate' } },
    },
  ];
}

/** Each sandbox gets a workspace of its own, unless it is shared. */
function ownClaims({ agent: { workspace }, environment }: AgentPlace): object[] | undefined {
  if (workspace === undefined || !claimsPerSandbox(workspace)) return undefined;
  return [{ metadata: { name: WORKSPACE_MOUNT.name }, spec: claimSpec(workspace, environment) }];
}

/** Whether the sandboxes of an agent claim their workspaces themselves. */
export function claimsPerSandbox({ persistent, shared }: { readonly persistent: boolean; readonly shared: boolean }): boolean {
  return persistent && !shared;
}
