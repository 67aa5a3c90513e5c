import { Cluster, installCustomResources } from './cluster/index.ts';
import { measure, type Session } from './session.ts';
import type { RunFolder } from './cluster/index.ts';

/** Which cluster a test wants. */
export interface TestClusterOptions {
  readonly session: Session & { readonly run: RunFolder };
  /** Names the cluster in the table at the end. */
  readonly subject: string;
  /** How many fake nodes, with the controllers that use them. Without it nothing reconciles. */
  readonly nodes?: number;
}

/** Starts a fresh cluster that serves every custom resource, and notes how long both took. */
export async function startTestCluster({ session, subject, nodes }: TestClusterOptions): Promise<Cluster> {
  const { run, binaries, kwokModule, customResources } = session;
  const controlPlane = nodes === undefined ? {} : { controlPlane: { kwokModule, nodes } };
  const cluster = await Cluster.start({ run, binaries, ...controlPlane });
  measure(run, { subject, what: 'start s', value: Number(cluster.startSeconds.toFixed(1)) });
  const begin = performance.now();
  try {
    await installCustomResources(cluster.client, customResources);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  measure(run, { subject, what: 'CRDs s', value: Number(((performance.now() - begin) / 1000).toFixed(1)) });
  return cluster;
}
