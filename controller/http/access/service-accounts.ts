import { createHash } from 'node:crypto';
import { DISPATCHER } from '../../contract/index.ts';
import { type Fleet, Refusal } from '../../contract/wire/index.ts';
import { type Kubernetes, KubernetesError } from '../../jobs/index.ts';
import { type Claims, type Issuer, readClaims } from './issuers.ts';
import type { Identity } from './tokens.ts';

/** How long an answer of the API server counts, in milliseconds: the token of a pod that is gone works for so long. */
const FRESH_MS = 60_000;

/** How long a refusal counts, in milliseconds. */
const REFUSED_MS = 10_000;

/** How many answers are kept. */
const ANSWERS = 10_000;

/** How many questions may be under way at once, so that made-up tokens do not become the API server's trouble. */
const QUESTIONS = 256;

const ACCOUNT = /^system:serviceaccount:(?<namespace>[a-z0-9-]{1,63}):(?<name>[a-z0-9.-]{1,253})$/;
const POD = 'authentication.kubernetes.io/pod-name';

/** @see https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-review-v1/ */
interface TokenReview {
  readonly status?: {
    readonly authenticated?: boolean;
    readonly audiences?: readonly string[];
    readonly user?: { readonly username?: string; readonly extra?: Readonly<Record<string, readonly string[]>> };
  };
}

interface Answer {
  readonly identity: Promise<Identity | undefined>;
  until: number;
}

/**
 * Workers in the cluster: a pod shows the token of its service account, and the API server says whether it is good and the pod still there. The
 * namespace tells the org, the account the agent, both by `fleet.json`.
 */
export class ServiceAccounts implements Issuer {
  readonly #kubernetes: Pick<Kubernetes, 'create'>;
  /** Names of orgs and of their agents, by namespace. */
  readonly #orgs: ReadonlyMap<string, { readonly org: string; readonly agents: ReadonlySet<string> }>;
  readonly #answers = new Map<string, Answer>();
  #asking = 0;

  constructor(kubernetes: Pick<Kubernetes, 'create'>, { orgs }: Fleet) {
    this.#kubernetes = kubernetes;
    this.#orgs = new Map(
      Object.entries(orgs).flatMap(([org, { agents, namespace }]) =>
        namespace === undefined ? [] : [[namespace, { org, agents: new Set(Object.keys(agents)) }] as const],
      ),
    );
  }

  claims({ sub, aud }: Claims): boolean {
    return this.#find(sub) !== undefined && [aud].flat().includes(DISPATCHER.audience);
  }

  async identify(token: string): Promise<Identity | undefined> {
    const key = createHash('sha256').update(token).digest('base64');
    const known = this.#answers.get(key);
    if (known !== undefined && known.until > Date.now()) return known.identity;
    const { exp } = readClaims(token) ?? {};
    if (typeof exp !== 'number' || exp * 1000 <= Date.now()) return undefined;
    const answer: Answer = { identity: this.#review(token), until: Math.min(exp * 1000, Date.now() + FRESH_MS) };
    this.#keep(key, answer);
    try {
      const identity = await answer.identity;
      if (identity === undefined) answer.until = Math.min(answer.until, Date.now() + REFUSED_MS);
      return identity;
    } catch (error) {
      if (this.#answers.get(key) === answer) this.#answers.delete(key);
      throw error;
    }
  }

  #keep(key: string, answer: Answer): void {
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > ANSWERS && oldest !== undefined) this.#answers.delete(oldest);
  }

  async #review(token: string): Promise<Identity | undefined> {
    if (this.#asking === QUESTIONS) throw new Refusal('FW_UNAVAILABLE', 'Too many tokens are being looked at; try again');
    this.#asking += 1;
    try {
      const path = '/apis/authentication.k8s.io/v1/tokenreviews';
      const spec = { token, audiences: [DISPATCHER.audience] };
      const { status } = await this.#kubernetes.create<TokenReview>(path, {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenReview',
        spec,
      });
      return this.#toIdentity(status);
    } catch (cause) {
      if (!(cause instanceof KubernetesError)) throw cause;
      throw new Refusal('FW_UNAVAILABLE', 'The API server of the cluster, which knows whose token this is, cannot be asked now', { cause });
    } finally {
      this.#asking -= 1;
    }
  }

  #toIdentity({ authenticated, audiences = [], user }: NonNullable<TokenReview['status']> = {}): Identity | undefined {
    if (authenticated !== true || !audiences.includes(DISPATCHER.audience)) return undefined;
    const found = this.#find(user?.username);
    if (found === undefined) return undefined;
    const { org, agent } = found;
    const pod = user?.extra?.[POD]?.[0] ?? agent;
    return { token: `pod:${org}/${pod}`, name: pod, org, role: 'worker', agents: [agent] };
  }

  #find(account: unknown): { readonly org: string; readonly agent: string } | undefined {
    const { namespace = '', name = '' } = ACCOUNT.exec(typeof account === 'string' ? account : '')?.groups ?? {};
    const place = this.#orgs.get(namespace);
    return place?.agents.has(name) === true ? { org: place.org, agent: name } : undefined;
  }
}
