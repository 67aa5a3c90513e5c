import { findChoiceProblems } from './choices.ts';
import { Egress, type EgressGrant, EgressPolicy, flattenEgress } from './egress.ts';
import { isEnvName, isProxyEnvName } from './env-names.ts';
import { type Problem, refuseValue } from './errors.ts';
import { findKindProblems, findListProblems, findTextProblems } from './kinds.ts';
import { type HostedServer, McpServer, type RemoteServer } from './mcp-server.ts';
import type { Org } from './org.ts';
import { OrgPart } from './part.ts';
import { Probe, PROBES, type Probes } from './probe.ts';
import { Replicas } from './replicas.ts';
import { type Resources, findResourceProblems, RESOURCES } from './resources.ts';
import { Secret } from './secret.ts';
import { RegisteredServer } from './tool-registry.ts';
import { Cpu, Duration, Size } from './units.ts';
import { findUnknownProps, type PropNames, refuseUnknownProps } from './unknown-props.ts';

const TRAITS = ['private-data', 'untrusted-content', 'external-write', 'code-execution'] as const;

/** What a tool brings into an agent's hands, for those who judge combinations. */
export type ToolTrait = (typeof TRAITS)[number];

/** Options of `ToolPlacement.service`. */
export interface ToolServiceOptions {
  /**
   * How many pods serve.
   *
   * @default Replicas.fixed(1)
   */
  readonly replicas?: Replicas;
}

/** Options of `ToolPlacement.sidecar`. */
export interface ToolSidecarOptions {
  /**
   * Whether the tool works in the agent's workspace.
   *
   * @default false
   */
  readonly workspace?: boolean;
}

const SERVICE_OPTIONS: PropNames<ToolServiceOptions> = { replicas: true };
const SIDECAR_OPTIONS: PropNames<ToolSidecarOptions> = { workspace: true };

/** Where a hosted tool runs: once for the org, or beside each agent that uses it. */
export class ToolPlacement {
  readonly at: { readonly kind: 'service'; readonly replicas: Replicas } | { readonly kind: 'sidecar'; readonly workspace: boolean };

  /** Pods of its own, which all agents that use it share. */
  static service(options: ToolServiceOptions = {}): ToolPlacement {
    refuseUnknownProps('ToolPlacement.service', options, SERVICE_OPTIONS);
    const { replicas = Replicas.fixed(1) } = options;
    refuseValue('ToolPlacement.service', findKindProblems('replicas', replicas, Replicas));
    return new ToolPlacement({ kind: 'service', replicas });
  }

  /** A container in the pod of each agent that uses it, started before the agent. */
  static sidecar(options: ToolSidecarOptions = {}): ToolPlacement {
    refuseUnknownProps('ToolPlacement.sidecar', options, SIDECAR_OPTIONS);
    const { workspace = false } = options;
    refuseValue('ToolPlacement.sidecar', findChoiceProblems('workspace', workspace, [true, false]));
    return new ToolPlacement({ kind: 'sidecar', workspace });
  }

  private constructor(at: ToolPlacement['at']) {
    this.at = Object.freeze(at);
    Object.freeze(this);
  }
}

/** What every tool says. */
export interface CommonToolProps {
  /**
   * The names of the server's tools that agents may call; a guard refuses the others.
   *
   * @default those that the catalogue allows for a server of the registry, otherwise all
   */
  readonly allow?: readonly string[];

  /**
   * What it brings into an agent's hands, beside what the catalogue says for a server of the registry.
   *
   * @default []
   */
  readonly traits?: readonly ToolTrait[];
}

/** A tool whose server runs in the cluster. */
export interface HostedToolProps extends CommonToolProps {
  /** What runs: an image that the stack names, or a server of the registry. */
  readonly server: McpServer<HostedServer> | RegisteredServer;

  /**
   * Where it runs.
   *
   * @default ToolPlacement.service()
   */
  readonly placement?: ToolPlacement;

  /**
   * Hosts outside the cluster that it may reach. A sidecar's hosts are its agents' hosts too.
   *
   * @default none
   */
  readonly egress?: readonly EgressGrant[];

  /**
   * Secrets that it gets as files, `/etc/secrets/<id>/<key>`.
   *
   * @default none
   */
  readonly secrets?: readonly Secret[];

  /**
   * Environment variables.
   *
   * @default none
   */
  readonly env?: Readonly<Record<string, string>>;

  /**
   * What its container may use.
   *
   * @default 50m CPU, 256Mi memory, 256Mi scratch space
   */
  readonly resources?: Resources;

  /**
   * How the kubelet sees that it works.
   *
   * @default its port accepts connections: at the start within two minutes, then every ten seconds
   */
  readonly probes?: Probes;
}

/** A tool whose server runs elsewhere. */
export interface RemoteToolProps extends CommonToolProps {
  /** Where it is. */
  readonly server: McpServer<RemoteServer>;
  /** Only what runs in the cluster has a place there, reaches out, or mounts anything. */
  readonly placement?: never;
  /** A remote tool's guard reaches the tool's host and nothing else. */
  readonly egress?: never;
  /** A remote tool's secrets are its `headers`. */
  readonly secrets?: never;
  /** A remote tool's environment is its own. */
  readonly env?: never;
  /** A remote tool's resources are its own. */
  readonly resources?: never;
  /** A remote tool's health is its own. */
  readonly probes?: never;
}

/** Properties of `Tool`. */
export type ToolProps = HostedToolProps | RemoteToolProps;

const TOOL_PROPS: PropNames<HostedToolProps> = {
  server: true,
  allow: true,
  traits: true,
  placement: true,
  egress: true,
  secrets: true,
  env: true,
  resources: RESOURCES,
  probes: PROBES,
};

const TOOL_RESOURCES: Resources = { cpu: Cpu.millis(50), memory: Size.mebibytes(256), ephemeralStorage: Size.mebibytes(256) };
const TOOL_PROBES: Probes = {
  startup: Probe.tcp({ period: Duration.seconds(2), failures: 60 }),
  readiness: Probe.tcp(),
};

/** An MCP server that agents of the org may be given. */
export class Tool extends OrgPart {
  readonly server: McpServer;
  /** What the registry says, where the server is one of its own. */
  readonly registered: RegisteredServer | undefined;
  /** Where it runs; a remote tool's guard runs as a service. */
  readonly placement: ToolPlacement;
  /** Names of tools in alphabetical order; `undefined` for all. */
  readonly allow: readonly string[] | undefined;
  readonly traits: readonly ToolTrait[];
  readonly egress: readonly EgressGrant[];
  readonly secrets: readonly Secret[];
  readonly env: Readonly<Record<string, string>>;
  readonly resources: Resources;
  readonly probes: Probes;

  constructor(org: Org, id: string, props: ToolProps) {
    super(org, id);
    this.refuse(findUnknownProps(props, TOOL_PROPS));
    this.registered = props.server instanceof RegisteredServer ? props.server : undefined;
    this.server = props.server instanceof RegisteredServer ? props.server.server : props.server;
    this.placement = props.placement ?? ToolPlacement.service();
    const { allow, traits = [] } = this.registered?.tool ?? {};
    this.allow = sortedOnce(props.allow ?? allow);
    this.traits = sortedOnce([...traits, ...(props.traits ?? [])]);
    this.egress = Object.freeze([...(props.egress ?? [])]);
    this.secrets = Object.freeze([...(props.secrets ?? [])]);
    this.env = Object.freeze({ ...props.env });
    this.resources = props.resources ?? TOOL_RESOURCES;
    this.probes = props.probes ?? TOOL_PROBES;
    this.refuse([...findMadeOtherwise(this), ...findMisplacedProps(props)]);
    this.refuse([...findAllowProblems(this), ...findToolEnvProblems(this), ...findResourceProblems('resources', this.resources)]);
  }

  /** The hosts outside the cluster that its pod reaches by what this tool declares. */
  intents(): Egress[] {
    return flattenEgress(this.egress);
  }
}

function sortedOnce<List extends readonly string[] | undefined>(list: List): List;
function sortedOnce(list: readonly string[] | undefined): readonly string[] | undefined {
  return list && Object.freeze([...new Set(list)].sort());
}

function findMadeOtherwise({ server, placement, traits, egress, secrets, env }: Tool): Problem[] {
  return [
    ...findKindProblems('server', server, McpServer),
    ...findKindProblems('placement', placement, ToolPlacement),
    ...traits.flatMap((trait) => findChoiceProblems('traits', trait, TRAITS)),
    ...findListProblems('egress', egress, Egress, EgressPolicy),
    ...findListProblems('secrets', secrets, Secret),
    ...findTextProblems('env', env),
  ];
}

/** What a remote tool cannot have, in a stack that runs without its types. */
function findMisplacedProps({ server, ...props }: ToolProps): Problem[] {
  if (!(server instanceof McpServer) || server.origin.kind !== 'remote') return [];
  const misplaced = Object.entries(props).filter(([prop, value]) => prop !== 'allow' && prop !== 'traits' && value !== undefined);
  return misplaced.map(([prop]) => ({ prop, must: 'be left out, as the server runs elsewhere' }));
}

function findAllowProblems({ allow, server: { origin }, placement: { at } }: Tool): Problem[] {
  if (allow === undefined) return [];
  if (allow.length === 0)
    return [{ prop: 'allow', must: 'name at least one tool', got: [], hint: 'leave the tool out of the agents instead' }];
  const problems: Problem[] = allow
    .filter((name) => !/^[\w./-]{1,128}$/.test(name))
    .map((got) => ({ prop: 'allow', must: "be names of tools, without '*'", got }));
  if (origin.kind === 'http' && at.kind === 'sidecar') {
    const must = 'be left out where an HTTP server runs beside the agent, which could call it around the guard';
    problems.push({ prop: 'allow', must, hint: 'place it as a service, or use a server that speaks over standard input and output' });
  }
  return problems;
}

function findToolEnvProblems({ env, secrets, server: { origin } }: Tool): Problem[] {
  const problems: Problem[] = [];
  if (new Set(secrets).size < secrets.length) problems.push({ prop: 'secrets', must: 'name each part once' });
  if (origin.kind === 'http') problems.push(...findPortVariableProblems(origin.portVariable, env));
  for (const name of Object.keys(env)) {
    if (!isEnvName(name)) problems.push({ prop: 'env', must: 'hold names of letters, digits and underscores', got: name });
    else if (isProxyEnvName(name)) problems.push({ prop: 'env', must: 'not replace a variable by which egress is routed', got: name });
  }
  return problems;
}

function findPortVariableProblems(got: string, env: Readonly<Record<string, string>>): Problem[] {
  const prop = 'server.portVariable';
  if (isProxyEnvName(got)) return [{ prop, must: 'not be a variable by which egress is routed', got }];
  if (got === 'HOME' || got === 'PATH') return [{ prop, must: 'not be a variable that programs need for something else', got }];
  return Object.hasOwn(env, got) ? [{ prop, must: "not be a variable of 'env', which it would replace", got }] : [];
}
