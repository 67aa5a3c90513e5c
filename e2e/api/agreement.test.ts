import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SchemaProblem, validateManifest } from '../../policies/schema/index.ts';
import type { ApiObject, Cluster } from '../cluster/index.ts';
import { buildCorpus, judge, type Judgement } from '../corpus/index.ts';
import { currentSession, measure } from '../session.ts';
import { startTestCluster } from '../test-cluster.ts';
import { applyAll, installPlatform, nameOf, readRendered } from '../tree/index.ts';
import { leftToOtherRules, stricterThanServer } from './known-differences.ts';

const session = currentSession();
const SEED = 20_260_101;
const ROUNDS = 6;

const environments = readRendered(session.tree);
const objects = environments.flatMap((environment) => environment.objects);
const manifests = objects.map(({ object }) => object);
const { good, bad } = buildCorpus(manifests, { seed: SEED, rounds: ROUNDS });

/** One object that both looked at. */
interface Opinion {
  /** For messages: the object, how it was spoilt, where. */
  readonly title: string;
  readonly kind: string;
  /** JSON pointer to what holds the spoilt place; empty where nothing was spoilt. */
  readonly around: string;
  readonly ours: readonly SchemaProblem[];
  readonly server: Judgement;
}

describe(`our schema check and the API server, on a corpus of seed ${SEED}`, () => {
  const opinions: Opinion[] = [];
  let cluster: Cluster;

  const ask = async (object: ApiObject, title: string, around = '') => {
    const server = await judge(cluster.client, object);
    opinions.push({ title: `${nameOf(object)}, ${title}`, kind: object.kind, around, ours: validateManifest(object), server });
  };

  beforeAll(async () => {
    cluster = await startTestCluster({ session, subject: 'corpus' });
    await installPlatform(cluster.client, manifests);
    const namespaces = objects.filter(({ object }) => object.kind === 'Namespace');
    const { complaints } = await applyAll(cluster.client, namespaces);
    if (complaints.length > 0) throw new Error(complaints.join('\n'));
    for (const object of good) await ask(object, 'as rendered');
    for (const { object, mutation, pointer } of bad) await ask(object, `${mutation} at ${pointer}`, parentOf(pointer));
    measure(session.run, { subject: 'corpus', what: 'judged', value: opinions.length });
  });
  afterAll(async () => cluster?.stop());

  it('have a corpus worth the name: objects that are taken, and many that are not', () => {
    const count = (verdict: string) => opinions.filter(({ server }) => server.verdict === verdict).length;
    expect(count('accepted')).toBeGreaterThan(good.length);
    expect(count('malformed')).toBeGreaterThan(good.length);
    expect(count('refused')).toBeGreaterThan(0);
  });

  it('both take every object as it was rendered', () => {
    const rendered = opinions.slice(0, good.length);
    expect(rendered.filter(({ ours, server }) => ours.length > 0 || server.verdict !== 'accepted').map(describeOpinion)).toEqual([]);
  });

  it('both refuse what cannot be read as its kind', () => {
    const missed = opinions.filter(({ ours, server }) => server.verdict === 'malformed' && ours.length === 0);
    expect(missed.map(describeOpinion)).toEqual([]);
  });

  it('both take the rest, but for the places where we are stricter on purpose', () => {
    const falseAlarms = opinions.filter(
      (opinion) => opinion.server.verdict === 'accepted' && !opinion.ours.every((problem) => isOnPurpose(opinion, problem)),
    );
    expect(falseAlarms.map(describeOpinion)).toEqual([]);
  });

  it('agree on the place: what we complain about is where the object was spoilt', () => {
    expect(opinions.filter(isElsewhere).map(describeOpinion)).toEqual([]);
  });

  it('both refuse what makes no sense, but for what another rule of ours looks at', () => {
    const missed = opinions.filter(({ ours, server }) => server.verdict === 'refused' && ours.length === 0);
    expect(missed.filter(({ server }) => !leftToOtherRules.some(({ words }) => words.test(server.words))).map(describeOpinion)).toEqual([]);
  });
});

function isElsewhere({ around, ours }: Opinion): boolean {
  return !ours.every(({ prop }) => prop === around || prop.startsWith(`${around}/`));
}

function parentOf(pointer: string): string {
  return pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')));
}

function isOnPurpose({ kind }: Opinion, { prop }: SchemaProblem): boolean {
  return stricterThanServer.some((place) => (place.kind === '*' || place.kind === kind) && place.at.test(prop));
}

function describeOpinion({ title, ours, server }: Opinion): string {
  const words = ours.map(({ prop, must }) => `${prop} must ${must}`).join('; ') || 'fine';
  return `${title}\n    server: ${server.words}\n    we: ${words}`;
}
