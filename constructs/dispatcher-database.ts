import type { PodPeer } from './environment.ts';
import { type Problem, refuseValue } from './errors.ts';
import { findKindProblems } from './kinds.ts';
import { findServerProblems } from './memory.ts';
import { findResourceProblems, type Resources, RESOURCES } from './resources.ts';
import { Secret } from './secret.ts';
import { Cpu, Size } from './units.ts';
import { type PropNames, refuseUnknownProps } from './unknown-props.ts';

/** A PostgreSQL server in the cluster that somebody else runs. */
export interface PostgresServer {
  /** The server's pods; network policies let the dispatcher through to them and to nothing else. */
  readonly pods: PodPeer;
  /** TCP port of these pods. */
  readonly port: number;
  /** Handle to the whole connection URL, credentials included. The dispatcher gets it as a file. */
  readonly url: Secret;
}

/** Options of `DispatcherDatabase.cloudNativePg`. */
export interface CloudNativePgOptions {
  /**
   * How many servers hold the data; 1 to 9. One of them writes, and another takes its place when it is gone.
   *
   * @default 3
   */
  readonly instances?: number;

  /**
   * The volume of each of them.
   *
   * @default Size.gibibytes(20)
   */
  readonly size?: Size;

  /**
   * What each of them may use.
   *
   * @default 1 core, 2Gi memory, 1Gi scratch space
   */
  readonly resources?: Resources;
}

const SERVER: PropNames<PostgresServer> = { pods: { namespace: true, labels: true }, port: true, url: true };
const CLUSTER: PropNames<CloudNativePgOptions> = { instances: true, size: true, resources: RESOURCES };
const CLUSTER_RESOURCES: Resources = { cpu: Cpu.cores(1), memory: Size.gibibytes(2), ephemeralStorage: Size.gibibytes(1) };

/** Where the dispatcher keeps tasks. */
export class DispatcherDatabase {
  readonly store:
    | { readonly kind: 'embedded'; readonly size: Size }
    | ({ readonly kind: 'postgres' } & PostgresServer)
    | ({ readonly kind: 'cloudNativePg' } & Required<CloudNativePgOptions>);

  /**
   * In the dispatcher's own process, on a volume. There is one pod then, and no task moves while it is replaced.
   *
   * @param size of the volume
   */
  static embedded(size = Size.gibibytes(10)): DispatcherDatabase {
    return new DispatcherDatabase({ kind: 'embedded', size });
  }

  /** A PostgreSQL 15+ server that runs in the cluster already. */
  static postgres(server: PostgresServer): DispatcherDatabase {
    refuseUnknownProps('DispatcherDatabase.postgres', server, SERVER);
    return new DispatcherDatabase({ kind: 'postgres', ...server });
  }

  /**
   * PostgreSQL servers of its own, which the operator CloudNativePG runs from the image `postgresql`.
   *
   * @see https://cloudnative-pg.io/docs/
   */
  static cloudNativePg(options: CloudNativePgOptions = {}): DispatcherDatabase {
    refuseUnknownProps('DispatcherDatabase.cloudNativePg', options, CLUSTER);
    const { instances = 3, size = Size.gibibytes(20), resources = CLUSTER_RESOURCES } = options;
    return new DispatcherDatabase({ kind: 'cloudNativePg', instances, size, resources });
  }

  private constructor(store: DispatcherDatabase['store']) {
    refuseValue(`DispatcherDatabase.${store.kind}`, findStoreProblems(store));
    this.store = Object.freeze(store);
    Object.freeze(this);
  }

  /** The handle to its connection URL; `undefined` where nobody but the cluster knows it. */
  get secret(): Secret | undefined {
    return this.store.kind === 'postgres' ? this.store.url : undefined;
  }
}

function findStoreProblems(store: DispatcherDatabase['store']): Problem[] {
  if (store.kind === 'postgres') return [...findServerProblems(store), ...findKindProblems('url', store.url, Secret)];
  const problems = findSizeProblems(store.size);
  if (store.kind === 'embedded') return problems;
  const { instances, resources } = store;
  if (!Number.isInteger(instances) || instances < 1 || instances > 9)
    problems.push({ prop: 'instances', must: 'be a whole number from 1 to 9', got: instances });
  return [...problems, ...findResourceProblems('resources', resources)];
}

function findSizeProblems(size: Size): Problem[] {
  const kibibytes = size.toKibibytes();
  if (kibibytes >= 512 * 1024 && kibibytes % 1024 === 0) return [];
  return [{ prop: 'size', must: 'be whole mebibytes, at least 512', got: size.asString() }];
}
