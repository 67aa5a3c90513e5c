import { describe, expect, it } from 'vitest';
import { type Agent, type Manifest, StandIns } from '../constructs/index.ts';
import { anAgent, anOrg } from '../test/builders.ts';
import { createJudge, type Finding, type Judge, judgeSample, type Sample } from './index.ts';

const NAME = 'stands-for-a-name';

/** A part with autoscalers of what is not there, and a Service that chooses no pod. */
function manifestsOf(name: string): Manifest[] {
  const metadata = { labels: { of: name }, name, namespace: 'acme' };
  const scalerOf = (target: string) => ({ maxReplicas: 2, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target } });
  const kind = 'HorizontalPodAutoscaler';
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: 'v1', data: {}, kind: 'ConfigMap', metadata },
    { apiVersion: 'autoscaling/v2', kind, metadata, spec: scalerOf(`${name}-missing`) },
    ...['a', 'b'].map((id) => ({
      apiVersion: 'autoscaling/v2',
      kind,
      metadata: { ...metadata, name: `${name}-${id}` },
      spec: scalerOf('missing'),
    })),
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ port: 8080 }], selector: { app: `${name}-other` } } },
  ];
}

/** Those of its objects that are its own, and not as others'. */
function ownOf(name: string, value = ''): Manifest[] {
  return manifestsOf(name)
    .filter(({ kind }) => kind === 'ConfigMap')
    .map((manifest) => ({ ...manifest, data: { value } }));
}

function partOf(agent: Agent): { construct: Agent; file: string } {
  return { construct: agent, file: `test/acme/${agent.name}.yaml` };
}

function sampleOf(agent: Agent): Sample {
  const stranger = Object.create(agent, { name: { value: NAME }, source: { value: undefined } }) as Agent;
  const sample = judgeSample(agent.org.fleet, partOf(stranger), manifestsOf(NAME));
  if (sample === undefined) throw new Error('The sample breaks a rule.');
  return sample;
}

function judgeAlike(judge: Judge, agent: Agent, own: readonly Manifest[] = ownOf(agent.name)): readonly Finding[] | undefined {
  const likeness = { sample: sampleOf(agent), standIns: new StandIns([NAME]), texts: [agent.name], words: [agent.name] };
  return judge.judgeAlike(partOf(agent), own, likeness);
}

/** Two agents, judged by themselves or as being like a sample. */
function judgeBoth(alike: boolean): { findings: readonly Finding[]; facts: string[] } {
  const org = anOrg();
  const judge = createJudge(org.fleet);
  const facts: string[] = [];
  const findings = ['one', 'two'].flatMap((name) => {
    const agent = anAgent(org, name);
    const found = alike ? judgeAlike(judge, agent) : judge.judge(partOf(agent), manifestsOf(name));
    facts.push(judge.facts);
    return found ?? [];
  });
  return { facts, findings: [...findings, ...judge.finish()].map((finding) => ({ ...finding, source: 'here' })) };
}

describe('judgeAlike', () => {
  it('says of files what would be said of each of them', () => {
    const [alike, each] = [judgeBoth(true), judgeBoth(false)];
    expect(alike).toEqual(each);
    expect(each.findings.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        "must name a Deployment in namespace 'acme': there is none of this name",
        "must name a Deployment in namespace 'acme': there is none of this name (and 3 more places say the same)",
        "must choose pods in namespace 'acme': none has these labels",
      ]),
    );
  });

  it('judges what is a file its own', () => {
    const agent = anAgent(anOrg(), 'one');
    const found = judgeAlike(createJudge(agent.org.fleet), agent, ownOf('one', `ghp${'_'}${'a'.repeat(36)}`));
    expect(found?.map(({ field, rule }) => `${rule} ${field}`)).toEqual(['secret-value data.value']);
  });

  it('says nothing of a file of which a name is taken', () => {
    const org = anOrg();
    const judge = createJudge(org.fleet);
    judge.judge(partOf(anAgent(org, 'first')), [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'one', namespace: 'acme' } }]);
    expect(judgeAlike(judge, anAgent(org, 'one'))).toBeUndefined();
    expect(judgeAlike(judge, anAgent(org, 'two'))).toEqual([]);
  });

  it('says nothing of a file of which a word looks like a credential', () => {
    const agent = anAgent(anOrg(), `sk-ant-${'a'.repeat(24)}`);
    expect(judgeAlike(createJudge(agent.org.fleet), agent)).toBeUndefined();
  });
});

describe('judgeSample', () => {
  it('makes no sample of a file in which a rule is broken', () => {
    const agent = anAgent(anOrg(), 'one');
    const outside = manifestsOf('one').map((manifest) => ({ ...manifest, metadata: { name: 'one', namespace: 'other' } }));
    expect(judgeSample(agent.org.fleet, partOf(agent), outside)).toBeUndefined();
  });
});

describe('isAlike', () => {
  it('tells whether a file has to do with others what its likeness says', () => {
    const agent = anAgent(anOrg(), 'one');
    const judge = createJudge(agent.org.fleet);
    const likeness = { sample: sampleOf(agent), standIns: new StandIns([NAME]), words: ['one'] };
    judge.judge(partOf(agent), manifestsOf('one'));
    expect(judge.isAlike(likeness)).toBe(true);
    expect(judge.isAlike({ ...likeness, words: ['two'] })).toBe(false);
  });
});
