import type { Egress, Environment, Manifest } from '../../constructs/index.ts';
import { renderCiliumPolicy } from './egress-cilium.ts';
import { EGRESS_PORT } from './egress-client.ts';
import { egressNote } from './egress-note.ts';
import { renderSnapshotEgress } from './egress-snapshot.ts';
import { type Labels, objectMeta, type Owner, reachLabel, selectorOf } from '../manifest.ts';
import { localPods, type Rule, tcp } from '../network-policy.ts';

/** A part and where it wants to go. */
export interface PartEgressOptions {
  readonly environment: Environment;
  readonly owner: Owner;
  /** Name of the part's NetworkPolicy. */
  readonly name: string;
  /** Labels of the part's pods. */
  readonly pods: Labels;
  readonly intents: readonly Egress[];

  /**
   * Whether it may talk to the API server. Its NetworkPolicy lets it, by addresses; Cilium knows the server as what it is.
   *
   * @default false
   */
  readonly toApiServer?: boolean;
}

/** What a way out adds to the objects of a part. */
export interface PartEgress {
  /** For `egress` of the part's NetworkPolicy. */
  readonly rules: readonly Rule[];
  /** For its NetworkPolicy's annotations. */
  readonly annotations: Labels | undefined;
  /** For its pods' labels: the proxy admits by them. */
  readonly podLabels: Labels | undefined;
  /** Further objects of the part. */
  readonly objects: readonly Manifest[];
}

const NO_WAY_OUT: PartEgress = Object.freeze({ annotations: undefined, objects: [], podLabels: undefined, rules: [] });
const TO_PROXY: readonly Rule[] = [{ peers: [localPods(selectorOf('egress', 'egress'))], ports: [tcp(EGRESS_PORT)] }];
const PROXY_LABELS: Labels = { [reachLabel('egress')]: 'allowed' };

/** The way out of a part, in the words of the environment's backend. Without intents there is none. */
export function renderPartEgress({ environment, owner, name, pods, intents, toApiServer = false }: PartEgressOptions): PartEgress {
  const { apiServer, dns, egress } = environment.cluster;
  const apiPort = toApiServer && egress.backend === 'cilium' ? apiServer.port : undefined;
  if (intents.length === 0 && apiPort === undefined) return NO_WAY_OUT;
  const annotations = intents.length === 0 ? undefined : egressNote(intents);
  switch (egress.backend) {
    case 'proxy':
      return { annotations, objects: [], podLabels: PROXY_LABELS, rules: TO_PROXY };
    case 'cilium':
      return {
        annotations,
        objects: [renderCiliumPolicy({ apiPort, dns, intents, metadata: objectMeta(owner, name), pods })],
        podLabels: undefined,
        rules: [],
      };
    case 'snapshot':
      return { objects: [], podLabels: undefined, ...renderSnapshotEgress(intents, egress.hosts, annotations) };
  }
}
