import { expect, it } from 'vitest';
import { CONTRACT_VERSION, type FleetOrg } from '../contract/wire/index.ts';
import { prune } from './background.ts';
import { describeStores } from './testing/index.ts';
import { Triggers } from './triggers.ts';

const SPEC: FleetOrg = {
  agents: { coder: { mode: 'pool' } },
  pipelines: { idea: { steps: [{ id: 'build', agent: 'coder', title: 'Build' }] } },
  triggers: {
    ideas: { kind: 'webhook', pipeline: 'idea', title: 'An idea', secretFile: '/nowhere', when: 'data.good', input: { idea: 'data.text' } },
    gone: { kind: 'webhook', agent: 'nobody', title: 'For nobody', secretFile: '/nowhere' },
  },
};

const IDEA = { event: { id: '1', source: 'webhook', type: 'webhook' }, data: { good: true, text: 'log in' } };

describeStores('A trigger', (makeOrg) => {
  const anOrg = async () => {
    const org = await makeOrg(SPEC);
    const triggers = new Triggers(org.dispatcher, { contract: CONTRACT_VERSION, orgs: { [org.name]: SPEC } });
    return { org, triggers };
  };

  it('begins one run, however many programs are told the same at once', async () => {
    const { org, triggers } = await anOrg();
    const tell = async (id: string) => triggers.fire(org.name, 'ideas', IDEA, { id, digest: 'same' });
    const begun = await Promise.all(Array.from({ length: 32 }, async (_, i) => tell(`delivery-${i % 2}`)));
    expect(begun.filter(({ outcome }) => outcome === 'started')).toHaveLength(1);
    expect(begun.filter(({ outcome }) => outcome === 'repeated')).toHaveLength(31);
    expect(new Set(begun.map(({ run }) => run)).size).toBe(1);
    expect(await org.claim(5)).toMatchObject([{ title: 'Build: An idea', input: { input: { idea: 'log in' } } }]);
  });

  it('notes nothing of what it could not begin, and is ready for it again', async () => {
    const { org, triggers } = await anOrg();
    await expect(triggers.fire(org.name, 'gone', IDEA, { id: '1', digest: 'd' })).rejects.toMatchObject({ code: 'FW_AGENT_UNKNOWN' });
    expect(await triggers.deliveries(org.name, 'gone', 10)).toEqual([]);
    await expect(triggers.fire(org.name, 'nobody', IDEA, { id: '1' })).rejects.toMatchObject({ code: 'FW_NOT_FOUND' });
  });

  it('forgets what came so long ago, as tasks are forgotten', async () => {
    const { org, triggers } = await anOrg();
    await triggers.fire(org.name, 'ideas', { ...IDEA, data: {} }, { id: '1', digest: 'd' });
    expect(await triggers.deliveries(org.name, 'ideas', 10)).toMatchObject([{ id: '1', outcome: 'failed' }]);
    await org.dispatcher.store.read("update delivery set at = at - interval '2 days' where org = $1 returning null", [org.name]);
    await prune(org.dispatcher.store, 1);
    expect(await triggers.deliveries(org.name, 'ideas', 10)).toEqual([]);
  });
});
