import type { Construct } from 'constructs';
import { Agent, Dispatcher, type Fleet, type Manifest, type Org, Tool } from '../constructs/index.ts';
import { renderAgent } from './agent/agent.ts';
import { APP_FILE, appMetadata, renderArgoOrg, renderArgoRoot } from './argo/argo.ts';
import { renderDispatcher } from './dispatcher/dispatcher.ts';
import { renderExtras } from './escape-hatch.ts';
import {
  agentFingerprint,
  agentShape,
  dispatcherFingerprint,
  fingerprint,
  fleetFingerprint,
  orgFingerprint,
  textFingerprint,
} from './fingerprint.ts';
import { FLEET_FILE, isWhole, renderFleetJson } from './fleet-json.ts';
import { renderOrg } from './org/org.ts';
import { renderTool } from './tool/tool.ts';
import { toYaml } from './yaml/yaml.ts';

/** One file of the output. */
export type Part = ManifestPart | MetadataPart;

interface PartBase {
  /** Path below `rendered/`, with `/` between names: `dev/hello/greeter.yaml`. */
  readonly file: string;
  /** What the file is made from. */
  readonly construct: Construct;
  /** Stands for everything the file depends on; computed when it is read. Equal fingerprints promise equal files. */
  readonly fingerprint: string;
}

/** A file of API objects. */
export interface ManifestPart extends PartBase {
  readonly manifest: true;
  /** Files of one org that have the same shape may be cast in one `AgentForm`. Left out for files that are like no other. */
  readonly shape?: string;
  /** The objects, in the order in which they are applied. */
  render(): Manifest[];
}

/** A file that is read, but not applied. */
export interface MetadataPart extends PartBase {
  readonly manifest: false;
  /** The whole text. */
  render(): string;
}

/**
 * The files of a fleet: org by org what its parts share, what Argo CD reads, extra objects and each part's own; then Argo CD's own
 * objects, and what the dispatcher reads.
 */
export function fleetParts(fleet: Fleet): Part[] {
  const parts: Part[] = [];
  for (const org of fleet.orgs) addOrgParts(parts, org);
  parts.push(...argoParts(fleet), ...dispatcherParts(fleet));
  return parts;
}

/** The files of one org, without those of Argo CD's own objects. */
export function orgParts(org: Org): Part[] {
  const parts: Part[] = [];
  addOrgParts(parts, org);
  return parts;
}

/** The files of Argo CD's own objects. It is told nothing of orgs that another engine delivers. */
export function argoParts(fleet: Fleet): ManifestPart[] {
  const folder = `${fleet.environment.name}/_argocd`;
  const renderers: { name: string; construct: Construct; render: () => Manifest[] }[] = [
    // No org can have this name, so that its file is not taken.
    { name: '_root', construct: fleet, render: () => renderArgoRoot(fleet) },
    ...fleet.orgs.filter(isArgos).map((org) => ({ name: org.name, construct: org, render: () => renderArgoOrg(org) })),
  ];
  return renderers.map(({ name, construct, render }) => ({
    file: `${folder}/${name}.yaml`,
    construct,
    manifest: true,
    render,
    // What is small and rarely there is rendered to see whether it changed.
    get fingerprint() {
      return textFingerprint(fleet.environment, toYaml(render()));
    },
  }));
}

/** The file from which the dispatcher knows the fleet; none where orgs of the environment are left out, because it names them all. */
export function dispatcherParts(fleet: Fleet): MetadataPart[] {
  if (!isWhole(fleet)) return [];
  const { environment } = fleet;
  return [
    {
      // Beside the folders that Argo CD applies, and in none of them.
      file: `${environment.name}/${FLEET_FILE}`,
      construct: fleet,
      manifest: false,
      render: () => renderFleetJson(fleet),
      get fingerprint() {
        return textFingerprint(environment, fleet.orgs.map(fleetFingerprint).sort().join(' '));
      },
    },
  ];
}

function isArgos({ engine }: Org): boolean {
  return engine === 'argo';
}

function addOrgParts(parts: Part[], org: Org): void {
  const folder = `${org.fleet.environment.name}/${org.name}`;
  parts.push(new LazyPart(`${folder}/_org.yaml`, org, renderOrg, orgFingerprint));
  if (isArgos(org)) parts.push(metadataPart(org, `${folder}/${APP_FILE}`));
  if (renderExtras(org).length > 0) parts.push(new LazyPart(`${folder}/_extras.yaml`, org, renderExtras, extrasFingerprint));
  for (const part of org.children) {
    if (part instanceof Agent) parts.push(new AgentPart(`${folder}/${part.name}.yaml`, part));
    else if (part instanceof Tool && hasObjects(part))
      parts.push(new LazyPart(`${folder}/${part.name}.yaml`, part, renderTool, fingerprint));
    else if (part instanceof Dispatcher && isWhole(org.fleet))
      parts.push(new LazyPart(`${folder}/${part.name}.yaml`, part, renderDispatcher, dispatcherFingerprint));
  }
}

/** A sidecar is part of its agents' pods and has no objects of its own. */
function hasObjects(tool: Tool): boolean {
  return tool.placement.at.kind === 'service';
}

function metadataPart(org: Org, file: string): MetadataPart {
  return {
    file,
    construct: org,
    manifest: false,
    fingerprint: textFingerprint(org.fleet.environment, org.name),
    render: () => toYaml([appMetadata(org)]),
  };
}

/** Anything may stand in cdk8s objects, up to functions that are called late: only what comes out of them can be compared. */
function extrasFingerprint(org: Org): string {
  return textFingerprint(org.fleet.environment, toYaml(renderExtras(org)));
}

/** A class, because a fleet has ten thousand of these and asks most of them for nothing but their fingerprint. */
class LazyPart<Source extends Construct> implements ManifestPart {
  readonly manifest = true;
  readonly file: string;
  readonly construct: Source;
  readonly #render: (source: Source) => Manifest[];
  readonly #fingerprint: (source: Source) => string;

  // oxlint-disable-next-line eslint/max-params -- a table row per call reads better than an object
  constructor(file: string, construct: Source, render: (source: Source) => Manifest[], describe: (source: Source) => string) {
    this.file = file;
    this.construct = construct;
    this.#render = render;
    this.#fingerprint = describe;
  }

  get fingerprint(): string {
    return this.#fingerprint(this.construct);
  }

  render(): Manifest[] {
    return this.#render(this.construct);
  }
}

/** As `LazyPart`, for an agent. */
class AgentPart implements ManifestPart {
  readonly manifest = true;
  readonly file: string;
  readonly construct: Agent;
  #shape: string | undefined;

  constructor(file: string, construct: Agent) {
    this.file = file;
    this.construct = construct;
  }

  get shape(): string {
    return (this.#shape ??= agentShape(this.construct));
  }

  get fingerprint(): string {
    return agentFingerprint(this.construct, this.shape);
  }

  render(): Manifest[] {
    return renderAgent(this.construct);
  }
}
