import { InvalidValueError, type Problem, refuseValue } from './errors.ts';
import { isHostName, isLabel, isNamespaceName } from './names.ts';
import type { PodPeer } from './environment.ts';
import type { Org } from './org.ts';
import { OrgPart } from './part.ts';
import { Secret } from './secret.ts';
import { findKindProblems } from './kinds.ts';
import { Duration } from './units.ts';
import { findUnknownProps, type PropNames, refuseUnknownProps } from './unknown-props.ts';

const LONGEST_TTL_DAYS = 366;

/** Properties of `Memory`. */
export interface MemoryProps {
  /** Where memories are kept. */
  readonly store: MemoryStore;

  /**
   * How long a memory lives after its last use; more than 0, at most 366 days, in whole seconds.
   *
   * @default Duration.days(30)
   */
  readonly ttl?: Duration;
}

/** A server in the cluster that agents reach directly. */
export interface MemoryServer {
  /** The server's pods; network policies let agents through to them and to nothing else. */
  readonly pods: PodPeer;
  /** TCP port of these pods. */
  readonly port: number;
  /** Handle to the whole connection URL, credentials included. */
  readonly url: Secret;
}

/** A bucket outside the cluster, reached through the org's egress. */
export interface MemoryBucket {
  /** Host of the S3 endpoint: `s3.eu-central-1.amazonaws.com`. */
  readonly endpoint: string;
  /** The bucket's name. */
  readonly bucket: string;
  /** Handle to the credentials, in the format of an AWS credentials file. */
  readonly credentials: Secret;
}

const MEMORY_PROPS: PropNames<MemoryProps> = { store: true, ttl: true };
const SERVER: PropNames<MemoryServer> = { pods: { namespace: true, labels: true }, port: true, url: true };
const BUCKET: PropNames<MemoryBucket> = { endpoint: true, bucket: true, credentials: true };

/** Where memories are kept. One store may serve many agents; each sees only its own keys. */
export class MemoryStore {
  readonly location: ({ readonly kind: 'redis' | 'postgres' } & MemoryServer) | ({ readonly kind: 's3' } & MemoryBucket);

  /** A Redis 7 server in the cluster. */
  static redis(server: MemoryServer): MemoryStore {
    refuseUnknownProps('MemoryStore.redis', server, SERVER);
    return new MemoryStore({ kind: 'redis', ...server });
  }

  /** A PostgreSQL 15+ server in the cluster, with the `vector` extension. */
  static postgres(server: MemoryServer): MemoryStore {
    refuseUnknownProps('MemoryStore.postgres', server, SERVER);
    return new MemoryStore({ kind: 'postgres', ...server });
  }

  /** A bucket that speaks the S3 protocol. */
  static s3(bucket: MemoryBucket): MemoryStore {
    refuseUnknownProps('MemoryStore.s3', bucket, BUCKET);
    return new MemoryStore({ kind: 's3', ...bucket });
  }

  private constructor(location: MemoryStore['location']) {
    if (location.kind === 's3') refuseBucket(location);
    else refuseServer(location);
    this.location = Object.freeze(location);
    refuseValue('MemoryStore', findKindProblems(location.kind === 's3' ? 'credentials' : 'url', this.secret, Secret));
    Object.freeze(this);
  }

  /** The handle that an agent needs to reach the store. */
  get secret(): Secret {
    return this.location.kind === 's3' ? this.location.credentials : this.location.url;
  }
}

/** What an agent remembers between tasks. */
export class Memory extends OrgPart {
  readonly store: MemoryStore;
  readonly ttl: Duration;

  constructor(org: Org, id: string, props: MemoryProps) {
    super(org, id);
    this.refuse(findUnknownProps(props, MEMORY_PROPS));
    this.store = props.store;
    this.refuse(findKindProblems('store', this.store, MemoryStore));
    this.ttl = props.ttl ?? Duration.days(30);
    const seconds = this.ttl.toSeconds({ integral: false });
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > LONGEST_TTL_DAYS * 86_400) {
      this.refuse([
        {
          prop: 'ttl',
          must: `be whole seconds, more than 0 and at most ${LONGEST_TTL_DAYS} days`,
          got: this.ttl.toSeconds({ integral: false }),
        },
      ]);
    }
  }
}

function refuseBucket({ endpoint, bucket }: MemoryBucket): void {
  if (!isHostName(endpoint))
    throw new InvalidValueError('MemoryStore.s3', { prop: 'endpoint', must: 'be a full host name in lower case', got: endpoint });
  if (!/^[a-z0-9][-.a-z0-9]{1,61}[a-z0-9]$/.test(bucket)) {
    throw new InvalidValueError('MemoryStore.s3', {
      prop: 'bucket',
      must: 'be 3 to 63 characters of a-z, 0-9, dots and dashes',
      got: bucket,
    });
  }
}

function refuseServer(server: MemoryServer): void {
  refuseValue('MemoryStore', findServerProblems(server));
}

/** What is wrong with where a server is. */
export function findServerProblems({ pods: { namespace, labels }, port }: Pick<MemoryServer, 'pods' | 'port'>): Problem[] {
  const problems: Problem[] = [];
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    problems.push({ prop: 'port', must: 'be a whole number from 1 to 65535', got: port });
  if (!isNamespaceName(namespace)) problems.push({ prop: 'pods.namespace', must: 'be the name of a namespace', got: namespace });
  const entries = Object.entries(labels);
  if (entries.length === 0 || !entries.every(([key, value]) => isLabel(key, value))) {
    const hint = 'without a label, they would be all pods of the namespace';
    problems.push({ prop: 'pods.labels', must: 'be at least one label of Kubernetes', got: labels, hint });
  }
  return problems;
}
