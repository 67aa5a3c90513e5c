import { Compile } from 'typebox/compile';
import { expect, it } from 'vitest';
import { ProjectSchema, type ProjectWrite } from '../contract/wire/index.ts';
import { Pipelines } from './pipelines.ts';
import { Projects } from './projects.ts';
import { describeStores, type TestOrg } from './testing/index.ts';

const PROJECT = Compile(ProjectSchema);
const DATA = { repository: 'https://git.example.com/shop', branch: 'main' };

function projectsOf({ dispatcher }: TestOrg): Projects {
  return new Projects(dispatcher.store);
}

describeStores('Projects', (anOrg) => {
  async function aProject(org: TestOrg, write: Partial<ProjectWrite> = {}): Promise<Projects> {
    const projects = projectsOf(org);
    await projects.replace(org.name, 'shop', { title: 'The shop', data: DATA, ...write });
    return projects;
  }

  it('are made and replaced, and count their changes', async () => {
    const org = await anOrg();
    const projects = await aProject(org);
    const first = await projects.see(org.name, 'shop');
    expect([...PROJECT.Errors(first)]).toEqual([]);
    expect(first).toMatchObject({ name: 'shop', title: 'The shop', data: DATA, version: 1, cost: 0 });
    const change = await projects.replace(org.name, 'shop', { title: 'A shop', data: { a: null } });
    expect(change.before).toEqual({ title: 'The shop', data: DATA });
    expect(change.after).toMatchObject({ title: 'A shop', data: { a: null }, version: 2, createdAt: first?.createdAt });
    expect(await projects.see(org.name, 'shop')).toEqual(change.after);
    expect(change.after.updatedAt > change.after.createdAt).toBe(true);
    const same = await projects.replace(org.name, 'shop', { title: 'A shop', data: { a: null } });
    expect(same.after).toEqual(change.after);
  });

  it('are listed by name, a page at a time, without their data', async () => {
    const org = await anOrg();
    const projects = projectsOf(org);
    for (const name of ['b', 'a-1', 'a']) await projects.replace(org.name, name, { title: name, data: DATA });
    const first = await projects.list(org.name, { limit: 2 });
    expect(first).toMatchObject({ items: [{ name: 'a' }, { name: 'a-1' }], cursor: 'a-1' });
    expect(first.items[0]).not.toHaveProperty('data');
    expect(await projects.list(org.name, { after: first.cursor, limit: 2 })).toMatchObject({ items: [{ name: 'b', version: 1 }] });
    expect(await projects.list((await anOrg()).name, { limit: 2 })).toEqual({ items: [] });
  });

  // Those of RFC 7396, as far as data is an object.
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ a: 'foo' }, { a: { b: 1 } }, { a: { b: 1 } }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    [{ a: [1] }, { a: [null, { b: null }] }, { a: [null, { b: null }] }],
    [{ a: 1 }, {}, { a: 1 }],
  ])('%j patched by %j are %j', async (data, patch, patched) => {
    const org = await anOrg();
    const projects = await aProject(org, { data });
    expect((await projects.patch(org.name, 'shop', { data: patch })).after.data).toEqual(patched);
  });

  it('are patched in part, and at any depth that can be sent', async () => {
    const org = await anOrg();
    const projects = await aProject(org);
    expect((await projects.patch(org.name, 'shop', { title: 'T' })).after).toMatchObject({ title: 'T', data: DATA, version: 2 });
    expect((await projects.patch(org.name, 'shop', {})).after.version).toBe(2);
    const nest = (leaf: unknown) => JSON.parse('{"a":'.repeat(99) + JSON.stringify(leaf) + '}'.repeat(99)) as Record<string, unknown>;
    await projects.patch(org.name, 'shop', { data: nest({ b: 1 }) });
    expect((await projects.patch(org.name, 'shop', { data: nest({ c: 2 }) })).after.data).toEqual({ ...DATA, ...nest({ b: 1, c: 2 }) });
    const many = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`k${i}`, i]));
    await projects.replace(org.name, 'shop', { title: 'T', data: many });
    const { after } = await projects.patch(org.name, 'shop', { data: many });
    expect(after.version).toBe(5);
  });

  it('lose no change to who has seen an older version', async () => {
    const org = await anOrg();
    const projects = await aProject(org, { version: 0 });
    await projects.patch(org.name, 'shop', { data: { branch: 'next' }, version: 1 });
    for (const late of [
      async () => projects.patch(org.name, 'shop', { data: { branch: 'old' }, version: 1 }),
      async () => projects.replace(org.name, 'shop', { title: 'T', data: {}, version: 0 }),
      async () => projects.replace(org.name, 'other', { title: 'T', data: {}, version: 1 }),
    ])
      await expect(late()).rejects.toMatchObject({ code: 'FW_STATE_CONFLICT' });
    await expect(projects.patch(org.name, 'shop', { version: 1 })).rejects.toThrow(
      "Project 'shop' is at version 2 by now, and not at 1; read it again, and decide anew",
    );
    expect(await projects.see(org.name, 'shop')).toMatchObject({ data: { branch: 'next' }, version: 2 });
    expect(await projects.see(org.name, 'other')).toBeUndefined();
  });

  it('take the changes of many writers at once', async () => {
    const org = await anOrg();
    const projects = projectsOf(org);
    const keys = Array.from({ length: 20 }, (_, i) => `k${i}`);
    const made = await Promise.allSettled(keys.map(async () => projects.replace(org.name, 'shop', { title: 'T', data: {}, version: 0 })));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await Promise.all(keys.map(async (key) => projects.patch(org.name, 'shop', { data: { [key]: key } })));
    expect(await projects.see(org.name, 'shop')).toMatchObject({ data: Object.fromEntries(keys.map((key) => [key, key])), version: 21 });
    const versions = await Promise.allSettled(keys.map(async (key) => projects.patch(org.name, 'shop', { data: { key }, version: 21 })));
    expect(versions.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('hold no more than a message may', async () => {
    const org = await anOrg();
    const projects = await aProject(org, { data: { a: 'x'.repeat(40_000) } });
    await expect(projects.patch(org.name, 'shop', { data: { b: 'x'.repeat(40_000) } })).rejects.toMatchObject({
      code: 'FW_TOO_LARGE',
      message: 'The data would be 80018 bytes long and may be 65536; keep a reference to it instead',
      at: '/data',
    });
    const refused = async (data: Record<string, unknown>, code: string) =>
      expect(projects.replace(org.name, 'shop', { title: 'T', data })).rejects.toMatchObject({ code });
    await refused({ a: 'x'.repeat(70_000) }, 'FW_TOO_LARGE');
    await refused({ a: 'a\0b' }, 'FW_TEXT_INVALID');
    await refused(JSON.parse('{"a":'.repeat(101) + '1' + '}'.repeat(101)) as Record<string, unknown>, 'FW_TEXT_INVALID');
    await expect(projects.patch(org.name, 'shop', { title: 'a\0b' })).rejects.toMatchObject({ code: 'FW_TEXT_INVALID' });
    expect((await projects.see(org.name, 'shop'))?.version).toBe(1);
  });

  it('are of their org', async () => {
    const [org, other] = [await anOrg(), await anOrg()];
    const projects = await aProject(org);
    expect(await projects.see(other.name, 'shop')).toBeUndefined();
    await expect(projects.patch(other.name, 'shop', {})).rejects.toThrow(`Org '${other.name}' has no project 'shop'`);
    await expect(projects.replace('nobody', 'shop', { title: 'T', data: {} })).rejects.toMatchObject({
      code: 'FW_NOT_FOUND',
      message: "There is no org 'nobody'",
    });
    await expect(other.task({ project: 'shop' })).rejects.toMatchObject({
      code: 'FW_PROJECT_UNKNOWN',
      message: `Org '${other.name}' has no project 'shop'; make it first`,
      at: '/tasks/0/project',
    });
  });

  it('are told to who claims a task, as they are by then', async () => {
    const org = await anOrg();
    const projects = await aProject(org);
    const task = await org.task({ project: 'shop' });
    const plain = await org.task();
    expect([await org.see(task), await org.see(plain)].map(({ project }) => project)).toEqual(['shop', undefined]);
    await projects.patch(org.name, 'shop', { data: { branch: 'next' } });
    const claim = await org.claimOne();
    expect(claim.project).toEqual({ name: 'shop', title: 'The shop', data: { ...DATA, branch: 'next' } });
    expect(await org.claimOne()).not.toHaveProperty('project');
    await org.loseLeases();
    await projects.patch(org.name, 'shop', { data: { branch: null } });
    await org.passTime();
    const [again] = (await org.claim(2)).filter(({ fence }) => fence.task === task);
    expect(again?.project?.data).toEqual({ repository: DATA.repository });
  });

  it('are what sub-tasks and the steps of a run work for too', async () => {
    const steps = [
      { id: 'one', agent: 'coder', title: 'One' },
      { id: 'two', agent: 'coder', title: 'Two', needs: ['one'] },
    ];
    const org = await anOrg({ agents: { coder: { mode: 'pool', subTasks: { count: 9 } } } });
    await aProject(org);
    const fleet = { contract: '1.1', orgs: { [org.name]: { agents: {}, pipelines: { idea: { steps } } } } };
    const pipelines = new Pipelines(org.dispatcher, fleet);
    const run = await pipelines.start(org.name, 'idea', { title: 'A page', project: 'shop', key: 'k' }, 'ann');
    for (const { id } of run.tasks) expect(await org.see(id)).toMatchObject({ project: 'shop' });
    await expect(pipelines.start(org.name, 'idea', { title: 'A page', key: 'k' }, 'ann')).rejects.toMatchObject({ code: 'FW_KEY_REUSED' });
    await expect(pipelines.start(org.name, 'idea', { title: 'A page', project: 'no' }, 'ann')).rejects.toMatchObject({
      code: 'FW_PROJECT_UNKNOWN',
    });
    await pipelines.cancel(org.name, run.run, 'No');

    await projectsOf(org).replace(org.name, 'other', { title: 'T', data: {} });
    await org.task({ project: 'shop' });
    const { fence } = await org.claimOne();
    const below = async (project?: string) =>
      org.dispatcher.schedule(
        org.name,
        { tasks: [{ agent: 'coder', title: 'Below', ...(project === undefined ? {} : { project }) }] },
        fence,
      );
    const [[inherited], [named]] = [await below(), await below('shop')];
    for (const task of [inherited, named]) expect(await org.see(task?.task ?? '')).toMatchObject({ project: 'shop' });
    await expect(below('other')).rejects.toMatchObject({ code: 'FW_BODY_INVALID', at: '/tasks/0/project' });
    const plain = await org.task();
    await expect(org.task({ parent: plain, project: 'shop' })).rejects.toThrow(
      'A sub-task works for what its parent works for; leave the project out',
    );
  });

  it('cost what their tasks used, also when those are forgotten', async () => {
    const org = await anOrg();
    const projects = await aProject(org);
    const use = async (project: string | undefined, cost: number) => {
      await org.task(project === undefined ? {} : { project });
      const { fence } = await org.claimOne();
      const usage = [{ model: 'm', inputTokens: 1, outputTokens: 2, cost }];
      await org.dispatcher.complete({ fence, outcome: 'succeeded', usage });
    };
    for (const cost of [3, 4]) await use('shop', cost);
    await use(undefined, 50);
    await org.dispatcher.store.call('forget', [(await org.reads.tasks(org.name, { limit: 9 })).items.map(({ id }) => id)]);
    expect((await projects.see(org.name, 'shop'))?.cost).toBe(7);
    expect((await projects.list(org.name, { limit: 9 })).items).toMatchObject([{ cost: 7 }]);
    const total = { agent: 'coder', model: 'm' };
    expect(await org.reads.usage(org.name, '2020-01-01T00:00:00Z', 'project')).toEqual([
      { project: 'shop', ...total, inputTokens: 2, outputTokens: 4, cost: 7 },
      { ...total, inputTokens: 1, outputTokens: 2, cost: 50 },
    ]);
    expect(await org.reads.usage(org.name, '2020-01-01T00:00:00Z')).toEqual([{ ...total, inputTokens: 3, outputTokens: 6, cost: 57 }]);
  });

  it('are repaired by who works for them, and by nobody else', async () => {
    const org = await anOrg();
    const projects = await aProject(org);
    await projects.replace(org.name, 'other', { title: 'T', data: {} });
    const task = await org.task({ project: 'shop' });
    const of = { other: await org.task({ project: 'other' }), none: await org.task() };
    const { fence } = await org.claimOne();
    const { after } = await projects.patchHeld(org.name, fence, { data: { branch: 'fixed' } });
    expect(after).toMatchObject({ name: 'shop', data: { ...DATA, branch: 'fixed' }, version: 2 });
    await expect(projects.patchHeld(org.name, fence, { data: {}, version: 1 })).rejects.toMatchObject({ code: 'FW_STATE_CONFLICT' });
    const stale = [
      { ...fence, attempt: 2 },
      { ...fence, token: fence.task },
      { ...fence, task: of.other },
    ];
    for (const each of stale)
      await expect(projects.patchHeld(org.name, each, { data: { branch: 'x' } })).rejects.toMatchObject({ code: 'FW_FENCE_STALE' });
    await expect(projects.patchHeld((await anOrg()).name, fence, { data: {} })).rejects.toMatchObject({ code: 'FW_FENCE_STALE' });
    await org.dispatcher.complete({ fence, outcome: 'succeeded' });
    await expect(projects.patchHeld(org.name, fence, { data: { branch: 'x' } })).rejects.toMatchObject({ code: 'FW_FENCE_STALE' });
    const claims = await org.claim(2);
    const none = claims.find((claim) => claim.fence.task === of.none);
    await expect(projects.patchHeld(org.name, none?.fence ?? fence, { data: {} })).rejects.toThrow(
      'The task that you work on is of no project',
    );
    expect(await projects.see(org.name, 'other')).toMatchObject({ data: {}, version: 1 });
    expect(await org.history(task)).toEqual(['scheduled', 'claimed', 'project', 'ended']);
  });

  it('tell tasks that are held of a change, once, and no others', async () => {
    const org = await anOrg();
    const projects = await aProject(org);
    const held = await org.task({ project: 'shop' });
    await org.claimOne();
    const others = [await org.task({ project: 'shop', notBefore: '2999-01-01T00:00:00Z' }), await org.task()];
    await org.claimOne();
    for (const branch of ['a', 'a', 'b']) await projects.patch(org.name, 'shop', { data: { branch } });
    const events = (await org.reads.events(org.name, { limit: 99 })).filter(({ kind }) => kind === 'project');
    expect(events.map(({ task, attempt, data }) => ({ task, attempt, data }))).toEqual(
      [2, 3].map((version) => ({ task: held, attempt: 1, data: { name: 'shop', version } })),
    );
    expect(await org.history(others[0] ?? '')).toEqual(['scheduled']);
  });
});
