import type { World } from './world.ts';

/** Tasks by what they show. */
export interface Story {
  readonly build: string;
  readonly spec: string;
  readonly failed: string;
  readonly choice: string;
  readonly approval: string;
}

/** A factory at work: a graph under way, a result, a failure, and three things that wait for a person. */
export async function tellStory(world: World): Promise<Story> {
  const graph = await buildGraph(world);
  const failed = await failOne(world);
  await giveUpOne(world);
  await restOne(world);
  const asked = await askPeople(world, graph.build);
  return { ...graph, ...asked, failed };
}

async function buildGraph(world: World): Promise<{ readonly build: string; readonly spec: string }> {
  const [spec = '', design = '', build = ''] = await world.schedule(
    {
      key: 'spec',
      agent: 'analyst',
      title: 'Turn “a shared shopping list” into a specification',
      input: { idea: 'A shared shopping list' },
    },
    { key: 'design', agent: 'architect', title: 'Choose the architecture', needs: [{ task: 'spec', as: 'specification' }] },
    { key: 'build', agent: 'developer', title: 'Build the list service', needs: [{ task: 'design' }], budget: 900_000, priority: 5 },
    { key: 'ui', agent: 'developer', title: 'Build the list page', needs: [{ task: 'design' }] },
    { key: 'test', agent: 'tester', title: 'Run all tests', needs: [{ task: 'build' }, { task: 'ui' }] },
    { key: 'review', agent: 'reviewer', title: 'Review both branches', needs: [{ task: 'build' }, { task: 'ui' }] },
    { key: 'merge', agent: 'developer', title: 'Merge into main', needs: [{ task: 'test' }, { task: 'review' }] },
  );
  const analyst = await world.begin('analyst');
  await world.log(analyst, 0, 'Reading the idea\nAsking three questions\nWriting the specification\n');
  await world.complete(analyst, {
    outcome: 'succeeded',
    result: { specification: 'A list that several people edit at once.', pullRequest: 'https://git.example.com/factory/shopping/pull/7' },
    usage: [{ model: 'scripted', inputTokens: 1840, outputTokens: 612, cost: 0 }],
  });
  const architect = await world.begin('architect');
  await world.complete(architect, {
    outcome: 'succeeded',
    result: { choice: 'One small service, one page, SQLite.', task: design },
    usage: [{ model: 'strong', inputTokens: 5210, outputTokens: 980, cost: 43_200 }],
  });
  const developer = await world.begin('developer');
  await writeLog(world, developer);
  return { build, spec };
}

async function writeLog(world: World, claim: Awaited<ReturnType<World['begin']>>): Promise<void> {
  const files = ['store', 'list', 'item', 'share', 'sync', 'server'];
  const lines = files.flatMap((name) => [
    `write_file src/${name}.ts`,
    `run node --test src/${name}.test.ts`,
    `\u001b[32mok\u001b[0m ${name}: 6 tests passed`,
  ]);
  await world.log(claim, 0, `${['I read the specification and the architecture.', ...lines].join('\n')}\n`);
  await world.log(claim, 1, 'warning: the port 8080 is in use, taking 8081\n', 'stderr');
  await world.log(
    claim,
    2,
    'run git commit -m "Add the list service"\n[build 3f2c1aa] Add the list service\n 12 files changed, 418 insertions(+)\n',
  );
  await world.work(`/tasks/${claim.fence.task}/tasks`, {
    fence: claim.fence,
    tasks: [
      { agent: 'tester', title: 'Try two writers at once', key: 'try-two' },
      { agent: 'reviewer', title: 'Look at the data model', key: 'look-model' },
    ],
  });
}

async function failOne(world: World): Promise<string> {
  const id = await world.task({ agent: 'tester', title: 'Measure the start time on a cold cache' });
  const claims = [await world.begin('tester')];
  const claim = claims[0];
  if (claim === undefined) throw new Error('There is no claim');
  if (claim.fence.task !== id) return finishOther(world, claim, id);
  await world.complete(claim, { outcome: 'failed', reason: 'The benchmark needs a machine with eight cores, this one has two' });
  return id;
}

/** The tester takes the older sub-task first. */
async function finishOther(world: World, claim: Awaited<ReturnType<World['begin']>>, id: string): Promise<string> {
  await world.complete(claim, { outcome: 'succeeded', result: 'Both writers saw all items.' });
  await world.complete(await world.begin('tester'), {
    outcome: 'failed',
    reason: 'The benchmark needs a machine with eight cores, this one has two',
  });
  return id;
}

async function giveUpOne(world: World): Promise<void> {
  await world.task({ agent: 'tester', title: 'Replay last night’s traffic' });
  await world.complete(await world.begin('tester'), { outcome: 'failed', reason: 'The recording is not readable', retry: true });
}

async function restOne(world: World): Promise<void> {
  const id = await world.task({ agent: 'archivist', title: 'Archive the sessions of last month' });
  await world.call('POST', `/tasks/${id}/pause`);
  const gone = await world.task({ agent: 'archivist', title: 'Sort the mail of yesterday' });
  await world.call('POST', `/tasks/${gone}/cancel`, { reason: 'Done by hand' });
}

async function askPeople(world: World, build: string): Promise<{ readonly choice: string; readonly approval: string }> {
  const next = await world.begin('developer');
  const choice = await world.ask(next, {
    key: 'delete-rule',
    kind: 'question',
    text: 'The specification does not say what happens to a list when its last member leaves. What do you want?',
    options: ['Delete it at once', 'Keep it for thirty days', 'Keep it for ever'],
    timeoutSeconds: 86_400,
  });
  await world.complete(next, { outcome: 'waiting', wait: { for: 'answers' } });
  const input = { of: build, branch: 'release-0.2.0', pullRequest: 'https://git.example.com/factory/shopping/pull/9' };
  await world.task({ agent: 'integrator', title: 'Release version 0.2.0', input });
  const release = await world.begin('integrator');
  const approval = await world.ask(release, {
    key: 'merge/main',
    kind: 'approval',
    text: 'Merge the branch release-0.2.0 (4 commits, 418 lines) into the protected branch main?',
    subject: `sha256:${'9c1e'.repeat(16)}`,
    timeoutSeconds: 3600,
  });
  await world.complete(release, { outcome: 'waiting', wait: { for: 'answers' } });
  return { choice, approval };
}
