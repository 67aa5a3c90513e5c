import { createRequire } from 'node:module';
import type { ApiObject, JsonPatch } from 'cdk8s';
import {
  type Agent,
  FleetwrightError,
  type Manifest,
  ModelGateway,
  type Org,
  OrgPart,
  describeProblem,
  isClusterKind,
} from '../constructs/index.ts';
import { groupOf } from './argo/argo-kinds.ts';

/** Loaded when the first agent has a patch or the first org an object of its own: most fleets have neither. */
function loadCdk8s(): typeof import('cdk8s') {
  return createRequire(import.meta.url)('cdk8s') as typeof import('cdk8s');
}

/**
 * The objects of an agent after the agent's own patches: each patched object becomes a cdk8s `ApiObject` of a throw-away chart.
 *
 * @throws FleetwrightError FW_INVALID_PROPS, when nothing of a kind is rendered or an operation does not fit
 * @see https://cdk8s.io/docs/latest/basics/escape-hatches/
 */
export function applyPatches(agent: Agent, manifests: Manifest[]): Manifest[] {
  const { patches } = agent;
  if (patches.length === 0) return manifests;
  const kinds = [...new Set(manifests.map(({ kind }) => kind))];
  const unknown = patches.find(({ kind }) => !kinds.includes(kind));
  if (unknown !== undefined) {
    throw patchError(agent, { got: unknown.kind, must: `name a kind that the agent renders: ${kinds.join(', ')}` });
  }
  return manifests.map((manifest) => {
    const own = patches.filter(({ kind }) => kind === manifest.kind).flatMap((patch) => patch.patches);
    return own.length === 0 ? manifest : patchOne(agent, manifest, own);
  });
}

function patchOne(agent: Agent, manifest: Manifest, patches: readonly JsonPatch[]): Manifest {
  try {
    return withPatches(manifest, patches);
  } catch (cause) {
    const misfit = patches.find((_, index) => !fits(manifest, patches.slice(0, index + 1)));
    throw patchError(agent, { cause, got: misfit, must: `hold operations that fit the ${manifest.kind}` });
  }
}

function withPatches(manifest: Manifest, patches: readonly JsonPatch[]): Manifest {
  const { ApiObject, App, Chart } = loadCdk8s();
  const object = new ApiObject(new Chart(new App(), 'patched'), manifest.kind, manifest);
  object.addJsonPatch(...patches);
  return toManifest(object);
}

function fits(manifest: Manifest, patches: readonly JsonPatch[]): boolean {
  try {
    withPatches(manifest, patches);
    return true;
  } catch {
    return false;
  }
}

function patchError(agent: Agent, { must, got, cause }: { must: string; got: unknown; cause?: unknown }): FleetwrightError {
  const problem = describeProblem({ got, must, prop: 'addJsonPatch' });
  return new FleetwrightError('FW_INVALID_PROPS', `${agent.node.path} cannot be rendered:\n  - ${problem}`, { cause });
}

/**
 * The cdk8s objects that a stack has put below an org, alone or inside charts and constructs of its own, in the order of their
 * creation. They go into the org's namespace unless they name one, or are of a kind that stands in none.
 *
 * @see https://cdk8s.io/docs/latest/basics/api_object/
 */
export function renderExtras(org: Org): Manifest[] {
  const foreign = org.children.filter((child) => !(child instanceof OrgPart) && !(child instanceof ModelGateway));
  if (foreign.length === 0) return [];
  const { ApiObject } = loadCdk8s();
  return foreign
    .flatMap((child) => child.node.findAll())
    .filter((construct) => ApiObject.isApiObject(construct))
    .map((object) => intoNamespace(toManifest(object), org.name));
}

function toManifest(object: ApiObject): Manifest {
  return object.toJson() as Manifest;
}

function intoNamespace(manifest: Manifest, namespace: string): Manifest {
  const { apiVersion, kind, metadata } = manifest;
  const group = groupOf(apiVersion);
  if (isClusterKind(group === '' ? kind : `${group}/${kind}`)) return manifest;
  return metadata.namespace === undefined ? { ...manifest, metadata: { ...metadata, namespace } } : manifest;
}
