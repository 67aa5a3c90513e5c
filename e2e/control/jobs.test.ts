import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JOB_RIGHTS, REVIEW_RIGHTS } from '../../controller/contract/index.ts';
import { Client, type Task } from '../../controller/contract/wire/index.ts';
import { startPostgres, type TestPostgres } from '../../controller/dispatch/testing/index.ts';
import { aController, adminToken, type Controller } from '../../controller/http/testing/index.ts';
import { freePort } from '../../test/free-port.ts';
import { BUILT_IN_RIGHTS } from '../can-i.ts';
import { type ApiObject, Cluster } from '../cluster/index.ts';
import { currentSession, measure } from '../session.ts';
import { rightsOf } from '../tree/index.ts';
import { furnish, type Job, jobsOf, ORG, tokenOf, until, workerToken, writeOptions } from './jobs-fixtures.ts';

const session = currentSession();
const SUBJECT = 'jobs';
const WORKER = join(import.meta.dirname, '..', '..', 'controller', 'worker', 'main.ts');

describe('the dispatcher in a cluster', () => {
  const folder = mkdtempSync(join(session.run.path, 'jobs-'));
  let cluster: Cluster;
  let postgres: TestPostgres;
  let options: string[];
  let controller: Controller;
  let url: string;
  let people: Client;
  /** A task whose worker reports and does not end: seen to later, as that takes a minute. */
  let lingering = '';

  beforeAll(async () => {
    const controlPlane = { kwokModule: session.kwokModule, nodes: 1 };
    [cluster, postgres] = await Promise.all([
      Cluster.start({ run: session.run, binaries: session.binaries, controlPlane }),
      startPostgres(),
    ]);
    await furnish(cluster.client);
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    options = [...(await writeOptions(cluster, folder)), '--postgres', postgres.url, '--port', String(port)];
    controller = await aController(folder, ...options);
    people = clientOf(adminToken(folder));
  });
  afterAll(async () => {
    await controller?.end('SIGTERM');
    await Promise.all([postgres?.stop(), cluster?.stop()]);
  });

  function clientOf(token: string): Client {
    return new Client({ url, org: ORG, token: () => token });
  }

  async function schedule(agent: string, title = 'A task'): Promise<string> {
    const { tasks } = await people.post<{ tasks: { task: string }[] }>('/tasks', { tasks: [{ agent, title }] });
    return tasks[0]?.task ?? '';
  }

  async function see(task: string): Promise<Task> {
    return people.get<Task>(`/tasks/${task}`);
  }

  async function jobOf(task: string, attempt = 1): Promise<Job> {
    return until(`the Job of task ${task}`, async () =>
      (await jobsOf(cluster.client, task)).find(({ metadata }) => metadata.name.endsWith(`-${attempt}`)),
    );
  }

  async function finish(task: string): Promise<void> {
    const worker = clientOf(await workerToken(cluster.client));
    const [claim] = await worker.claim({ agents: ['coder'], task });
    if (claim === undefined) throw new Error(`Task ${task} cannot be claimed`);
    await worker.complete({ fence: claim.fence, outcome: 'succeeded', result: { done: true } });
  }

  it('makes one Job for a task, from the template of its agent', async () => {
    const task = await schedule('coder', 'The $(first) {{task}}');
    const { metadata, spec } = await jobOf(task);
    expect(metadata).toMatchObject({
      name: `coder-${task.replaceAll('-', '')}-1`,
      labels: { 'app.kubernetes.io/name': 'coder', 'fleetwright.dev/attempt': '1', 'fleetwright.dev/task': task },
      ownerReferences: [{ apiVersion: 'v1', kind: 'PodTemplate', name: 'coder' }],
    });
    expect(spec).toMatchObject({
      activeDeadlineSeconds: 1500,
      backoffLimit: 0,
      ttlSecondsAfterFinished: 3600,
      template: {
        metadata: {
          annotations: {
            'fleetwright.dev/event': JSON.stringify({ task, attempt: 1, title: 'The $(first) {{task}}' }),
            'fleetwright.dev/trigger': 'task',
          },
        },
      },
    });
    expect(spec.template.spec.containers[0]?.env).toEqual([
      { name: 'AGENT_NAME', value: 'coder' },
      { name: 'AGENT_TASK', value: task },
    ]);
    await finish(task);
    expect(await see(task)).toMatchObject({ state: 'succeeded', attempt: 1, result: { done: true } });
    expect(await jobsOf(cluster.client, task)).toHaveLength(1);
    lingering = task;
  });

  it('gives the worker of a Job its own task, and no other', async () => {
    const [first, second] = [await schedule('coder'), await schedule('coder')];
    await finish(second);
    expect([(await see(first)).state, (await see(second)).state]).toEqual(['queued', 'succeeded']);
    const worker = clientOf(await workerToken(cluster.client));
    expect(await worker.claim({ agents: ['coder'], task: second })).toEqual([]);
    await finish(first);
  });

  it('has a task done by the worker itself, as its pod would start it', async () => {
    const [other, task] = [await schedule('coder'), await schedule('coder', 'Say hello')];
    const { spec } = await jobOf(task);
    const pod = await until('the pod', async () => (await podsOf(task))[0]);
    const [container] = spec.template.spec.containers;
    const tokenFile = join(folder, 'worker-token');
    writeFileSync(tokenFile, await workerToken(cluster.client, `${ORG}/coder`, pod));
    const worker = spawn(process.execPath, [WORKER, 'run', '--health', '0', '--', 'sh', '-c', `echo '{"hello": "world"}'`], {
      env: {
        PATH: process.env['PATH'],
        ...Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value])),
        AGENT_NAMESPACE: ORG,
        AGENT_DISPATCHER_URL: url,
        AGENT_DISPATCHER_TOKEN_FILE: tokenFile,
        AGENT_TRIGGER: 'task',
      },
      stdio: 'ignore',
    });
    expect(await new Promise((resolve) => worker.once('exit', resolve))).toBe(0);
    expect(await see(task)).toMatchObject({ state: 'succeeded', attempt: 1, result: { hello: 'world' } });
    expect(await see(other)).toMatchObject({ state: 'queued' });
    await finish(other);
  });

  it('makes a Job of its own for the next attempt', async () => {
    const task = await schedule('coder');
    const worker = clientOf(await workerToken(cluster.client));
    const [claim] = await worker.claim({ agents: ['coder'], task });
    if (claim === undefined) throw new Error('There is no work');
    await worker.complete({ fence: claim.fence, outcome: 'failed', reason: 'once', retry: true });
    await jobOf(task, 2);
    await finish(task);
    expect(await see(task)).toMatchObject({ state: 'succeeded', attempt: 2 });
  });

  it('makes no Job for a task that is not admitted', async () => {
    const tasks = await Promise.all(Array.from({ length: 5 }, async () => schedule('few')));
    const made = async () => (await Promise.all(tasks.map(async (task) => jobsOf(cluster.client, task)))).flat().length;
    await until('two Jobs', async () => ((await made()) === 2 ? true : undefined));
    await sleep(3000);
    expect(await made()).toBe(2);
    await Promise.all(tasks.map(async (task) => people.post(`/tasks/${task}/cancel`, { reason: 'enough' })));
    await until('no Jobs', async () => ((await made()) === 0 ? true : undefined));
  });

  it('suspends the Job of a task that is paused, and resumes it', async () => {
    const task = await schedule('coder');
    const { metadata } = await jobOf(task);
    await people.post(`/tasks/${task}/pause`, {});
    await until('the Job to be suspended', async () => ((await jobOf(task)).spec.suspend === true ? true : undefined));
    await until('its pod to go', async () => ((await podsOf(task)).length === 0 ? true : undefined));
    await people.post(`/tasks/${task}/resume`, {});
    await until('its pod to come', async () => ((await podsOf(task)).length === 1 ? true : undefined));
    expect((await jobOf(task)).metadata.uid).toBe(metadata.uid);
    await people.post('/agents/coder/hold', {});
    await until('the Job to be suspended again', async () => ((await jobOf(task)).spec.suspend === true ? true : undefined));
    await people.post('/agents/coder/release', {});
    await until('its pod to come again', async () => ((await podsOf(task)).length === 1 ? true : undefined));
    await finish(task);
  });

  it('takes away the Job of a task that is cancelled, claimed or not', async () => {
    const [waits, runs] = [await schedule('coder'), await schedule('coder')];
    await Promise.all([jobOf(waits), jobOf(runs)]);
    const worker = clientOf(await workerToken(cluster.client));
    expect(await worker.claim({ agents: ['coder'], task: runs })).toHaveLength(1);
    for (const task of [waits, runs]) await people.post(`/tasks/${task}/cancel`, { reason: 'not needed' });
    await until('both Jobs to go', async () => {
      const left = [...(await jobsOf(cluster.client, waits)), ...(await jobsOf(cluster.client, runs))];
      return left.length === 0 ? true : undefined;
    });
  });

  it('fails an attempt that cannot start, with the reason that Kubernetes gives', async () => {
    const [forbidden, invalid, missing, brief, late, pulls] = await Promise.all([
      schedule('forbidden'),
      schedule('invalid'),
      schedule('missing'),
      schedule('brief'),
      schedule('few', 'late'),
      schedule('few', 'pulls'),
    ]);
    await cluster.client.request('PATCH', `/apis/batch/v1/namespaces/${ORG}/jobs/${(await jobOf(late)).metadata.name}`, {
      body: { spec: { activeDeadlineSeconds: 1 } },
      contentType: 'application/merge-patch+json',
    });
    await jobOf(pulls);
    const pod = await until('the pod', async () => (await podsOf(pulls))[0]);
    const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image' };
    const status = { name: 'agent', image: '', imageID: '', ready: false, restartCount: 0, state: { waiting } };
    await cluster.client.mergeStatus({ ...pod, apiVersion: 'v1', kind: 'Pod' }, { containerStatuses: [status] });

    const reasons = await Promise.all(
      [forbidden, invalid, missing, brief, late, pulls].map(async (task) =>
        until(`the end of ${task}`, async () => {
          const { state, reason } = await see(task);
          return state === 'dead' ? (reason ?? '') : undefined;
        }),
      ),
    );
    expect(reasons).toEqual([
      expect.stringMatching(/^Job forbidden-\w+-1: FailedCreate: .*violates PodSecurity "baseline:latest": host namespaces/),
      expect.stringMatching(/^Job invalid-\w+-1: POST .*: 422 .*spec\.template\.spec\.restartPolicy: Required value/),
      expect.stringMatching(/^Job missing-\w+-1: GET .*: 404 podtemplates "missing" not found/),
      expect.stringMatching(/^Job brief-\w+-1: The Job ended, and its task had not been claimed/),
      expect.stringMatching(/^Job few-\w+-1: DeadlineExceeded: Job was active longer than specified deadline/),
      expect.stringMatching(/^Job few-\w+-1: container 'agent': ImagePullBackOff: Back-off pulling image/),
    ]);
  });

  it('fails the attempt of a worker whose Job is over, without waiting for its lease', async () => {
    const task = await schedule('coder');
    const { metadata } = await jobOf(task);
    const worker = clientOf(await workerToken(cluster.client));
    await worker.claim({ agents: ['coder'], task });
    await cluster.client.request('PATCH', `/apis/batch/v1/namespaces/${ORG}/jobs/${metadata.name}`, {
      body: { spec: { activeDeadlineSeconds: 1 } },
      contentType: 'application/merge-patch+json',
    });
    const begin = performance.now();
    await jobOf(task, 2);
    expect(performance.now() - begin).toBeLessThan(20_000);
    expect(await see(task)).toMatchObject({ failures: 1, reason: expect.stringContaining('DeadlineExceeded') });
    await finish(task);
  });

  it('takes away what a worker leaves running after its task has ended', async () => {
    expect(lingering).not.toBe('');
    await until('the Job to go', async () => ((await jobsOf(cluster.client, lingering)).length === 0 ? true : undefined), 90);
  });

  it('takes away Jobs of tasks that nobody knows, also those from before its start', async () => {
    const template = await until('a Job', async () => (await jobsOf(cluster.client))[0]);
    await controller.end('SIGKILL');
    const name = 'orphan-1';
    const unknown = '00000000-0000-4000-8000-000000000000';
    await cluster.client.create(orphan(template, name, unknown));
    await cluster.client.create(orphan(template, 'not-ours', 'somebody-elses'));
    controller = await aController(folder, ...options);
    await until('the orphan to go', async () => {
      const names = (await jobsOf(cluster.client)).map(({ metadata }) => metadata.name);
      return names.includes(name) ? undefined : true;
    });
    expect((await jobsOf(cluster.client, 'somebody-elses')).map(({ metadata }) => metadata.name)).toEqual(['not-ours']);
  });

  it('never makes two Jobs for an attempt, however often it is killed', async () => {
    const uids = new Map<string, Set<string>>();
    const watch = setInterval(() => void note().catch(() => undefined), 100);
    async function note(): Promise<void> {
      for (const { metadata } of await jobsOf(cluster.client))
        uids.set(metadata.name, (uids.get(metadata.name) ?? new Set()).add(metadata.uid));
    }
    const tasks: string[] = [];
    const kills = 12;
    const begin = performance.now();
    // Which of the two leads is left to chance.
    let standby = await aController(mkdtempSync(join(folder, 'standby-')), ...options, '--port', '0');
    for (let kill = 0; kill < kills; kill += 1) {
      tasks.push(...(await Promise.all(Array.from({ length: 4 }, async () => schedule('coder')))));
      await sleep(Math.random() * 1500);
      const doomed = Math.random() < 0.5 ? standby : controller;
      await doomed.end('SIGKILL');
      if (doomed === standby) standby = await aController(mkdtempSync(join(folder, 'standby-')), ...options, '--port', '0');
      else controller = await aController(folder, ...options);
    }
    await standby.end('SIGTERM');
    await Promise.all(tasks.map(async (task) => jobOf(task)));
    await note();
    clearInterval(watch);
    const made = (await Promise.all(tasks.map(async (task) => jobsOf(cluster.client, task)))).map((jobs) => jobs.length);
    expect(made).toEqual(tasks.map(() => 1));
    expect([...uids].filter(([, found]) => found.size > 1)).toEqual([]);
    await Promise.all(tasks.map(async (task) => finish(task)));
    expect(
      (await Promise.all(tasks.map(async (task) => see(task)))).every(({ state, attempt }) => state === 'succeeded' && attempt === 1),
    ).toBe(true);
    measure(session.run, { subject: SUBJECT, what: 'kills', value: kills });
    measure(session.run, { subject: SUBJECT, what: 'memory MB', value: memoryOf(controller.child.pid) });
    measure(session.run, { subject: SUBJECT, what: 'kills s', value: Number(((performance.now() - begin) / 1000).toFixed(1)) });
  });

  it('scales a pool by its queue where there is no KEDA', async () => {
    await Promise.all(Array.from({ length: 5 }, async () => schedule('pool')));
    const replicas = await until('more workers', async () => {
      const answer = await cluster.client.get(`/apis/apps/v1/namespaces/${ORG}/deployments/pool`);
      const spec = answer.body['spec'] as { replicas: number };
      return spec.replicas > 1 ? spec.replicas : undefined;
    });
    expect(replicas).toBe(3);
  });

  it('knows a worker by the token of its pod', async () => {
    const task = await schedule('coder');
    await jobOf(task);
    const pod = await until('the pod', async () => (await podsOf(task))[0]);
    const token = await workerToken(cluster.client, `${ORG}/coder`, pod);
    const answer = await fetch(`${url}/v1/whoami`, { headers: { authorization: `Bearer ${token}` } });
    expect(await answer.json()).toMatchObject({
      org: ORG,
      role: 'worker',
      agents: ['coder'],
      name: pod.metadata.name,
    });
    await expect(clientOf(token).claim({ agents: ['few'] })).rejects.toMatchObject({ code: 'FW_FORBIDDEN' });
    await finish(task);
  });

  it.each([
    ['for another audience', async () => tokenOf(cluster.client, `${ORG}/coder`, 'somebody-else')],
    ['for the API server', async () => tokenOf(cluster.client, `${ORG}/coder`, undefined)],
    ['of an account that is no agent', async () => workerToken(cluster.client, `${ORG}/stranger`)],
    ['of a namespace that is no org', async () => workerToken(cluster.client, 'fleetwright/coder')],
    ['that somebody has signed', async () => forge(await workerToken(cluster.client))],
  ])('refuses a token %s', async (_, token) => {
    await expect(clientOf(await token()).claim({ agents: ['coder'] })).rejects.toMatchObject({ code: 'FW_UNAUTHENTICATED' });
  });

  it('refuses the token of a pod that is gone', async () => {
    const task = await schedule('coder');
    await jobOf(task);
    const pod = await until('the pod', async () => (await podsOf(task))[0]);
    const token = await workerToken(cluster.client, `${ORG}/coder`, pod);
    await people.post(`/tasks/${task}/cancel`, { reason: 'not needed' });
    await until('the pod to go', async () => ((await podsOf(task)).length === 0 ? true : undefined));
    await expect(clientOf(token).claim({ agents: ['coder'] })).rejects.toMatchObject({ code: 'FW_UNAUTHENTICATED' });
  });

  it('has exactly the rights that are listed', async () => {
    const listed = [...JOB_RIGHTS, ...REVIEW_RIGHTS].flatMap(({ apiGroups, resources, verbs }) =>
      verbs.flatMap((verb) =>
        resources.flatMap((resource) => apiGroups.map((group) => `${verb} ${resource}${group === '' ? '' : `.${group}`}`)),
      ),
    );
    const found = await rightsOf(cluster.client, 'fleetwright/dispatcher', ORG);
    expect(found.filter((right) => !BUILT_IN_RIGHTS.includes(right))).toEqual(listed.sort());
    expect(controller.printed()).not.toContain('forbidden: User');
  });

  async function podsOf(task: string): Promise<ApiObject[]> {
    const pods = await cluster.client.list('v1', 'Pod', ORG);
    return pods.filter(({ metadata }) => (metadata['labels'] as Record<string, string>)['fleetwright.dev/task'] === task);
  }
});

/** What a process holds in memory, in megabytes. */
function memoryOf(pid: number | undefined): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1000);
}

/** A Job with our label, about a task of somebody's choice. */
function orphan({ spec }: Job, name: string, task: string): ApiObject {
  const labels = { 'fleetwright.dev/task': task, 'fleetwright.dev/attempt': '1' };
  const { template } = spec;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: ORG, labels },
    spec: { backoffLimit: 0, template: { metadata: { labels }, spec: template.spec } },
  };
}

/** The same token with another end of its signature. */
function forge(token: string): string {
  return `${token.slice(0, -8)}${token.endsWith('AAAAAAAA') ? 'BBBBBBBB' : 'AAAAAAAA'}`;
}
