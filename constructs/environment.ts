import type { Engine } from './engine.ts';
import type { Manifest } from './manifest.ts';
import type { ToolTrait } from './tool.ts';

/**
 * One environment: where fleets run and what differs there. Read from `environments/<name>.yaml`, checked against
 * `environments/environment.schema.json`, and never changed by a stack.
 */
export interface Environment {
  /** The file's name without its extension; the first folder of the rendered tree. */
  readonly name: string;
  /** Hosts of exposed agents are `<agent>.<org>.<domain>`. */
  readonly domain: string;
  /** What the cluster has. An agent that needs what is missing does not synthesize. */
  readonly cluster: ClusterProfile;
  /** How Argo CD reads the rendered tree. */
  readonly delivery: Delivery;
  /** The image lock: image name → reference by digest (`registry/name@sha256:…`). */
  readonly images: Readonly<Record<string, string>>;
  /** The orgs deployed here, and what differs for each. */
  readonly orgs: Readonly<Record<string, OrgValues>>;
  /** Encrypted secrets of `environments/secrets/<name>/<org>.<id>.yaml`, by `<org>.<id>`; each is a whole SopsSecret. */
  readonly sealed: Readonly<Record<string, Manifest>>;

  /**
   * Tools of the catalogue `tools.yaml` as `tools.lock` pins them, by name.
   *
   * @default none
   */
  readonly tools?: Readonly<Record<string, RegisteredTool>>;
}

/** A tool of the catalogue, at the version that the lock pins. */
export interface RegisteredTool {
  /** Where it comes from. */
  readonly kind: 'image' | 'npm';
  /** Its name in the image lock: `npm/<package>@<version>` or `tools/<name>@<version>`. */
  readonly image: string;

  /**
   * Names of the server's tools that agents may call where a stack says nothing else.
   *
   * @default all
   */
  readonly allow?: readonly string[];

  /** What it brings into an agent's hands, whatever a stack adds. */
  readonly traits: readonly ToolTrait[];
  /** Names of the tools in the catalogue that agents need beside it. */
  readonly dependencies: readonly string[];
}

/** What a cluster has, declared and therefore reviewable. */
export interface ClusterProfile {
  /** Minor version, such as `1.36`; Pod Security labels are pinned to it. */
  readonly kubernetes: string;
  /** Whether the network plugin enforces NetworkPolicy. Without it no agent synthesizes. */
  readonly networkPolicy: boolean;
  /** How egress intents are enforced. */
  readonly egress: EgressBackend;
  /** The pods that answer DNS. */
  readonly dns: PodPeer;
  /** The API server's addresses, for the few agents that may talk to it. */
  readonly apiServer: ApiServer;
  /** RuntimeClass names by isolation; an isolation that is not listed is absent. */
  readonly runtimeClasses: Readonly<Partial<Record<'gvisor' | 'kata' | 'sysbox', string>>>;
  /** How HTTP comes in; absent when nothing can be exposed. */
  readonly ingress?: IngressProfile;
  /** OpenID Connect, which guards what is exposed. */
  readonly oidc?: OidcProfile;
  /** Storage classes by use. */
  readonly storage: StorageProfile;
  /** Where secret values come from. */
  readonly secrets: SecretsProfile;
  /** Operators whose custom resources may be used. */
  readonly operators: readonly Operator[];

  /**
   * The pods of operators that talk to what they run, where they do not stand where their own manifests put them.
   *
   * @default `cnpg-system` for CloudNativePG, `keda` for KEDA
   */
  readonly operatorPods?: Readonly<Partial<Record<'cnpg' | 'keda', PodPeer>>>;

  /**
   * Kinds that orgs may use although their schemas are not known, as `group/Kind`. Their fields are not checked, and they must
   * describe no pods.
   *
   * @default []
   */
  readonly kinds?: readonly string[];
}

/** An operator whose custom resources Fleetwright can emit. */
export type Operator = 'agent-sandbox' | 'cnpg' | 'keda';

/** How egress by host name is enforced. */
export type EgressBackend =
  | { readonly backend: 'proxy' }
  | { readonly backend: 'cilium' }
  | { readonly backend: 'snapshot'; readonly hosts: Readonly<Record<string, HostSnapshot>> };

/** The reviewed addresses of one host. */
export interface HostSnapshot {
  /** Address ranges, such as `203.0.113.10/32`. */
  readonly cidrs: readonly string[];
  /** The last day on which they count, as `YYYY-MM-DD`. */
  readonly expires: string;
}

/** Pods, chosen by namespace and labels. */
export interface PodPeer {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Where the Kubernetes API is reached. */
export interface ApiServer {
  /** Address ranges of the API servers. */
  readonly cidrs: readonly string[];
  /** TCP port behind the Service. */
  readonly port: number;
}

/** How HTTP reaches the cluster: a Gateway API gateway, or an ingress controller. */
export type IngressProfile =
  | { readonly kind: 'gateway'; readonly gateway: string; readonly pods: PodPeer }
  | { readonly kind: 'ingress'; readonly className: string; readonly pods: PodPeer };

/** The identity provider for people. */
export interface OidcProfile {
  readonly issuer: string;
  readonly clientId: string;
}

/** Names of storage classes. */
export interface StorageProfile {
  /** For volumes that one node mounts. */
  readonly readWriteOnce: string;
  /** For volumes that many nodes mount; absent when the cluster has none. */
  readonly readWriteMany?: string;
}

/** Where secret values come from. */
export interface SecretsProfile {
  /** Whether the SOPS secrets operator runs. */
  readonly sops: boolean;
  /** The External Secrets store; absent when the operator does not run. */
  readonly external?: { readonly kind: 'ClusterSecretStore' | 'SecretStore'; readonly name: string };
  /** Who makes the credentials between agents, gateway and proxy: External Secrets generates them, or they exist already. */
  readonly credentials: 'generated' | 'existing';
}

/** How Argo CD reads the rendered tree. */
export interface Delivery {
  /** URL of the Git repository that holds `rendered/`. */
  readonly repo: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  /** URL of the target cluster's API server, as Argo CD knows it. */
  readonly server: string;
  /** What happens to objects that disappear from the tree. */
  readonly prune: 'automatic' | 'confirm';
}

/** What differs for one org in one environment. */
export interface OrgValues {
  /** Limits of the namespace, over those the stack asks for. */
  readonly quota?: Partial<QuotaValues>;
  /** The org's daily budget in US dollars, over the one the stack asks for. */
  readonly dailyBudgetUsd?: number;
  /** Replicas of the model gateway. */
  readonly gatewayReplicas?: number;

  /**
   * Who applies the org's objects. An org has one engine: the other one refuses it.
   *
   * @default argo
   */
  readonly engine?: Engine;
}

/** Limits of a namespace as Kubernetes quantities. */
export interface QuotaValues {
  readonly cpu: string;
  readonly memory: string;
  readonly ephemeralStorage: string;
  readonly storage: string;
  readonly pods: number;
}
