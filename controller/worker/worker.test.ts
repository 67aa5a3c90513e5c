import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../test/free-port.ts';
import { isAlive, startProxy, TestFleet, until } from './testing/index.ts';

const AGENTS = [
  'talker',
  'user',
  'reader',
  'unheard',
  'plain',
  'told',
  'killed',
  'cancelled',
  'flood',
  'binary',
  'many',
  'drained',
  'finisher',
  'rested',
  'asker',
  'rounds',
  'endless',
  'spender',
  'failing',
  'missing',
  'large',
  'waits',
  'session',
  'artist',
  'single',
];

describe('worker', { timeout: 90_000 }, () => {
  let fleet: TestFleet;

  beforeAll(async () => {
    fleet = await TestFleet.start({
      ...Object.fromEntries(AGENTS.map((agent) => [agent, { attempts: 5 }])),
      // A controller that starts beside much else may take longer than the short lease of the others.
      survivor: { leaseSeconds: 60 },
      silent: { leaseSeconds: 6 },
    });
  }, 60_000);

  afterAll(async () => fleet.stop());

  const pidIn = async (agent: string, name: string) =>
    until(() => {
      const file = fleet.path(agent, name);
      return existsSync(file) && Number(readFileSync(file, 'utf8')) > 0 ? Number(readFileSync(file, 'utf8')) : undefined;
    });

  it('gives a task to a program, and its result back', async () => {
    const worker = fleet.worker({ agent: 'plain', script: `cat; echo; echo oops >&2; echo '{"sum": 42}'` });
    const task = await fleet.schedule('plain', { input: 'Add 40 and 2.' });
    expect(await fleet.reach(task, 'succeeded')).toMatchObject({ attempt: 1, result: { sum: 42 } });
    const log = await fleet.log(task);
    const text = (stream: string) =>
      log
        .filter((entry) => entry.stream === stream)
        .map((entry) => entry.text)
        .join('');
    expect(text('stdout')).toBe('Add 40 and 2.\n{"sum": 42}\n');
    expect(text('stderr')).toBe('oops\n');
    worker.process.kill('SIGTERM');
    expect(await worker.exit).toBe(0);
    expect(worker.stderr).toBe(`task ${task}, attempt 1: claimed\ntask ${task}, attempt 1: recorded\n`);
    expect(readdirSync(fleet.path('plain', ''))).toEqual([]);
  });

  it('tells the program about its task, and keeps from it what proves it', async () => {
    fleet.worker({ agent: 'told', script: 'env >env.txt; cp "$AGENT_EVENT_FILE" event.json; printf %s "$AGENT_EVENT" >event2.json' });
    const project = { name: 'shop', title: 'The shop', data: { branch: 'main' } };
    await fleet.admin.put('/projects/shop', { title: project.title, data: project.data });
    const task = await fleet.schedule('told', { title: 'Look', input: { depth: 2 }, project: project.name });
    await fleet.reach(task, 'succeeded');
    const event: unknown = JSON.parse(readFileSync(fleet.path('told', 'event.json'), 'utf8'));
    expect(event).toEqual({
      task,
      attempt: 1,
      org: 'acme',
      agent: 'told',
      title: 'Look',
      input: { depth: 2 },
      needs: [],
      answers: [],
      project,
      budget: 0,
    });
    expect(JSON.parse(readFileSync(fleet.path('told', 'event2.json'), 'utf8'))).toEqual(event);
    const env = readFileSync(fleet.path('told', 'env.txt'), 'utf8');
    expect(env).toContain(`AGENT_TASK_ID=${task}\n`);
    expect(env).not.toMatch(/AGENT_DISPATCHER/);
  });

  it('hands on an input that is too long for a variable', async () => {
    fleet.worker({ agent: 'reader', script: `echo "[$(wc -c), \${#AGENT_EVENT}, $(wc -c <"$AGENT_EVENT_FILE")]"` });
    const task = await fleet.schedule('reader', { input: 'x'.repeat(200_000) });
    const { result } = await fleet.reach(task, 'succeeded', 'dead');
    expect(result).toEqual([200_000, 0, expect.any(Number)]);
    expect((result as number[])[2]).toBeGreaterThan(200_000);
  });

  it('reports again, and ends the task once, when the answer gets lost', async () => {
    const lost: string[] = [];
    const proxy = await startProxy(fleet.url, { loses: (path) => path.endsWith('/completions') && lost.push(path) < 3 });
    fleet.worker({ agent: 'unheard', script: 'echo "{}"', env: { AGENT_DISPATCHER_URL: proxy.url } });
    const task = await fleet.schedule('unheard');
    await until(() => lost.length === 3);
    await fleet.reach(task, 'succeeded');
    const { items } = await fleet.admin.get<{ items: { kind: string }[] }>(`/tasks/${task}/events`);
    expect(items.map(({ kind }) => kind)).toEqual(['scheduled', 'claimed', 'started', 'ended']);
    proxy.stop();
  });

  it('ends the program with itself, and another worker goes on', async () => {
    const script = 'echo $$ >pid; [ "$AGENT_TASK_ATTEMPT" = 2 ] && exit; setsid sh -c "echo \\$\\$ >far; sleep 1000" & wait';
    const first = fleet.worker({ agent: 'killed', script });
    const task = await fleet.schedule('killed');
    const pids = [await pidIn('killed', 'pid'), await pidIn('killed', 'far')];
    first.process.kill('SIGKILL');
    await until(() => !pids.some(isAlive));
    await until(() => readdirSync(fleet.path('killed', '')).every((name) => !name.startsWith('fleetwright-')));
    fleet.worker({ agent: 'killed', script });
    expect(await fleet.reach(task, 'succeeded')).toMatchObject({ attempt: 2, failures: 1 });
  });

  it('goes on while the controller is killed and started again', async () => {
    fleet.worker({ agent: 'survivor', script: 'echo before; echo $$ >pid; while [ ! -e go ]; do sleep 0.05; done; echo after' });
    const task = await fleet.schedule('survivor');
    const pid = await pidIn('survivor', 'pid');
    await fleet.killController();
    await fleet.startController();
    writeFileSync(fleet.path('survivor', 'go'), '');
    expect(await fleet.reach(task, 'succeeded')).toMatchObject({ attempt: 1, failures: 0 });
    expect((await fleet.log(task)).map(({ text }) => text).join('')).toBe('before\nafter\n');
    expect(isAlive(pid)).toBe(false);
  });

  it('ends all processes of a cancelled task, also those that left the group', async () => {
    const worker = fleet.worker({
      agent: 'cancelled',
      script: "trap '' TERM; echo $$ >pid; setsid sh -c 'echo $$ >far; sleep 1000' & sleep 1000 & echo $! >near; wait",
    });
    const task = await fleet.schedule('cancelled');
    const pids = [await pidIn('cancelled', 'pid'), await pidIn('cancelled', 'near'), await pidIn('cancelled', 'far')];
    await fleet.admin.post(`/tasks/${task}/cancel`, { reason: 'not needed' });
    await until(() => !pids.some(isAlive));
    expect(await fleet.see(task)).toMatchObject({ state: 'cancelled', reason: 'not needed' });
    await until(() => worker.stderr.endsWith('attempt 1: lost\n'));
  });

  it('takes 300 MB of output in little memory', async () => {
    let taken = 0;
    const proxy = await startProxy(fleet.url, { swallows: (path, body) => path.endsWith('/log') && (taken += body.length) > 0 });
    const script = 'yes 0123456789abcdef0123456789abcdef | head -c 300000000; echo; echo \'["done"]\'';
    const worker = fleet.worker({ agent: 'flood', script, env: { AGENT_DISPATCHER_URL: proxy.url } });
    const task = await fleet.schedule('flood');
    const before = await until(() => (worker.stderr.includes('claimed') ? worker.mostMemory : undefined));
    expect(await fleet.reach(task, 'succeeded')).toMatchObject({ result: ['done'], attempt: 1 });
    expect(worker.mostMemory - before).toBeLessThan(200e6);
    expect(taken).toBeGreaterThan(300e6);
    proxy.stop();
  });

  it('leaves nothing out of much output', async () => {
    fleet.worker({ agent: 'talker', script: 'seq 1000000' });
    const task = await fleet.schedule('talker');
    await fleet.reach(task, 'succeeded');
    const log = await fleet.log(task);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, i) => i));
    const lines = log
      .map(({ text }) => text)
      .join('')
      .trimEnd()
      .split('\n');
    expect(lines.length).toBe(1_000_000);
    expect(lines.every((line, i) => Number(line) === i + 1)).toBe(true);
  });

  it('takes any bytes, and characters that are cut in two', async () => {
    const script = String.raw`printf 'a\000b\377\376c'; printf '\342\202'; sleep 0.3; printf '\254 \360\237'; sleep 0.3; printf '\230\200\n'; head -c 300000 /dev/urandom`;
    fleet.worker({ agent: 'binary', script });
    const task = await fleet.schedule('binary');
    await fleet.reach(task, 'succeeded');
    const text = (await fleet.log(task)).map((entry) => entry.text).join('');
    expect(text.slice(0, 11)).toBe('a\uFFFDb\uFFFD\uFFFDc€ 😀\n');
    expect(text.length).toBeGreaterThan(150_000);
  });

  it('leaves no process behind when a program ends', async () => {
    const script =
      "for i in $(seq 60); do (setsid sh -c 'sleep 1000 & sleep 1000' &) ; sleep 1000 & done; echo $(pgrep -g 0 sleep | wc -l) >count; sleep 0.5";
    fleet.worker({ agent: 'many', script });
    const task = await fleet.schedule('many');
    await fleet.reach(task, 'succeeded');
    expect(processesIn(fleet.path('many', ''))).toEqual([]);
  });

  it('gives the task back when it is told to end', async () => {
    const worker = fleet.worker({ agent: 'drained', script: 'echo $$ >pid; sleep 1000' });
    const task = await fleet.schedule('drained');
    const pid = await pidIn('drained', 'pid');
    worker.process.kill('SIGTERM');
    expect(await worker.exit).toBe(0);
    expect(isAlive(pid)).toBe(false);
    expect(await fleet.see(task)).toMatchObject({ state: 'queued', failures: 0 });
  });

  it('tells a program and all that it started to end, and takes its result', async () => {
    const child = "(trap 'echo heard >heard; exit' TERM; echo $$ >child; while :; do sleep 0.05; done) &";
    const script = `${child} trap 'wait; echo "{}"; exit 0' TERM; while [ ! -e child ]; do sleep 0.05; done; echo $$ >pid; while :; do sleep 0.05; done`;
    const worker = fleet.worker({ agent: 'finisher', script });
    const task = await fleet.schedule('finisher');
    await pidIn('finisher', 'pid');
    worker.process.kill('SIGTERM');
    expect(await worker.exit).toBe(0);
    expect(await fleet.see(task)).toMatchObject({ state: 'succeeded', result: {} });
    expect(existsSync(fleet.path('finisher', 'heard'))).toBe(true);
  });

  it('lets a program rest while its task is paused', async () => {
    fleet.worker({ agent: 'rested', script: 'echo $$ >pid; while [ ! -e go ]; do sleep 0.05; done' });
    const task = await fleet.schedule('rested');
    const pid = await pidIn('rested', 'pid');
    const isResting = () => /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    await fleet.admin.post(`/tasks/${task}/pause`, {});
    await until(isResting);
    // Longer than the lease: a task that rests is kept.
    await sleep(4000);
    expect(await fleet.see(task)).toMatchObject({ state: 'paused', attempt: 1 });
    await fleet.admin.post(`/tasks/${task}/resume`, {});
    await until(() => !isResting());
    writeFileSync(fleet.path('rested', 'go'), '');
    expect(await fleet.reach(task, 'succeeded')).toMatchObject({ attempt: 1 });
  });

  it('waits for an answer without holding a worker', async () => {
    fleet.worker({
      agent: 'asker',
      script: `answer=$(task ask --key colour 'Which colour?' --option red --option blue) || exit $?; task result "\\"$answer\\""`,
    });
    const task = await fleet.schedule('asker');
    expect(await fleet.reach(task, 'waiting')).toMatchObject({ waitsFor: 'question' });
    const { items } = await fleet.admin.get<{ items: { id: string; text: string }[] }>('/questions');
    const [question] = items.filter(({ text }) => text === 'Which colour?');
    await fleet.admin.post(`/questions/${question?.id}/answer`, { answer: 'blue' });
    expect(await fleet.reach(task, 'succeeded')).toMatchObject({ attempt: 2, failures: 0, result: 'blue' });
  });

  it('runs a program again until it gives a result', async () => {
    const script = '[ "$AGENT_TASK_ROUND" -lt 3 ] || echo "{\\"rounds\\": $AGENT_TASK_ROUND}"';
    fleet.worker({ agent: 'rounds', script, args: ['--rounds', '5'] });
    expect(await fleet.reach(await fleet.schedule('rounds'), 'succeeded')).toMatchObject({ result: { rounds: 3 }, attempt: 1 });
    fleet.worker({ agent: 'endless', script: ':', args: ['--rounds', '2'] });
    expect(await fleet.reach(await fleet.schedule('endless'), 'failed')).toMatchObject({
      reason: 'The program gave no result in all the rounds it may have',
    });
  });

  it('stops a program that has spent the budget of its task', async () => {
    fleet.worker({ agent: 'spender', script: 'echo $$ >pid; task heartbeat --cost 0.02; sleep 1000' });
    const task = await fleet.schedule('spender', { budget: 10_000 });
    expect(await fleet.reach(task, 'failed')).toMatchObject({ reason: 'Stopped, as the budget of the task was used up', cost: 20_000 });
    expect(isAlive(await pidIn('spender', 'pid'))).toBe(false);
  });

  it('tells a failure that the program knows of from one that it does not', async () => {
    fleet.worker({ agent: 'failing', script: `case $(cat) in knows) echo '{"why": "no"}'; exit 3;; *) echo cannot >&2; exit 4; esac` });
    const [knows, breaks] = [
      await fleet.schedule('failing', { input: 'knows' }),
      await fleet.schedule('failing', { input: 'breaks', attempts: 2 }),
    ];
    expect(await fleet.reach(knows, 'failed')).toMatchObject({
      result: { why: 'no' },
      failures: 0,
      reason: 'The program ended with exit code 3',
    });
    expect(await fleet.reach(breaks, 'dead')).toMatchObject({ failures: 2, reason: 'The program ended with exit code 4: cannot' });
  });

  it('reports a result that cannot be kept as a failure', async () => {
    fleet.worker({
      agent: 'large',
      script:
        'case $(cat) in large) head -c 1100000 /dev/zero | tr "\\0" 1 >"$AGENT_RESULT_FILE";; fifo) mkfifo "$AGENT_RESULT_FILE";; *) cat "$0" >/dev/null 2>&1; echo "[\\"\\\\u0000\\"]"; esac',
    });
    const [large, fifo, nul] = [
      await fleet.schedule('large', { input: 'large' }),
      await fleet.schedule('large', { input: 'fifo' }),
      await fleet.schedule('large', { input: 'nul' }),
    ];
    expect((await fleet.reach(large, 'failed')).reason).toBe(
      'The result has 1100000 bytes and may have 1048576; give a reference to it instead',
    );
    expect((await fleet.reach(fifo, 'failed')).reason).toBe('The result at AGENT_RESULT_FILE is no file');
    expect((await fleet.reach(nul, 'failed')).reason).toMatch(/^The result was refused: /);
  });

  it('stops the program before the lease ends when the controller is away', async () => {
    fleet.worker({ agent: 'silent', script: "trap '' TERM; echo $$ >pid; while [ ! -e go ]; do sleep 0.05; done" });
    const task = await fleet.schedule('silent');
    const pid = await pidIn('silent', 'pid');
    await fleet.killController();
    const away = performance.now();
    await until(() => !isAlive(pid));
    expect(performance.now() - away).toBeLessThan(6000);
    writeFileSync(fleet.path('silent', 'go'), '');
    await fleet.startController();
    await fleet.reach(task, 'succeeded');
  });

  it('takes no task before the tools are there, and says nothing about it', async () => {
    const port = await freePort();
    const worker = fleet.worker({
      agent: 'waits',
      script: ':',
      env: { MCP_SERVERS: `http://127.0.0.1:${port}/mcp,https://mcp.invalid/mcp` },
    });
    const task = await fleet.schedule('waits');
    await sleep(1000);
    expect(await fleet.see(task)).toMatchObject({ state: 'queued' });
    expect(worker.stderr).toBe('');
    const server = createServer().listen(port, '127.0.0.1');
    await fleet.reach(task, 'succeeded');
    server.close();
  });

  it('hands a session on to the next attempt', async () => {
    fleet.worker({
      agent: 'session',
      script: 'if [ "$AGENT_SESSION" ]; then task result "\\"$AGENT_SESSION\\""; else task heartbeat --session s-7; exit 1; fi',
    });
    expect(await fleet.reach(await fleet.schedule('session'), 'succeeded')).toMatchObject({ attempt: 2, result: 's-7' });
  });

  it('tells what a program used, however it ends', async () => {
    const usage = [{ model: 'fast', inputTokens: 100, outputTokens: 20, cost: 1500 }];
    fleet.worker({
      agent: 'user',
      script: `task heartbeat --usage '${JSON.stringify(usage)}'; task heartbeat --usage '[{"model": "lies", "cost": -1}]' 2>refused; exit 3`,
    });
    await fleet.reach(await fleet.schedule('user', { attempts: 1 }), 'dead');
    const { items } = await fleet.admin.get<{ items: { agent: string }[] }>('/usage');
    expect(items.filter(({ agent }) => agent === 'user')).toEqual([{ agent: 'user', ...usage[0] }]);
    expect(readFileSync(fleet.path('user', 'refused'), 'utf8')).toMatch(/^error: .* \[FW_BODY_INVALID\]\n$/);
  });

  it('tells what a program made and does', async () => {
    const script = `printf hello >made.txt; task artifact made.txt --name 'The file'; task artifact /etc/passwd 2>refused; task plan '["one"]'; task event progress '{"done": 1}'; task log words; task event nonsense 1 2>>refused; :`;
    fleet.worker({ agent: 'artist', script });
    const task = await fleet.schedule('artist');
    await fleet.reach(task, 'succeeded');
    const { items } = await fleet.admin.get<{ items: { kind: string; data?: unknown }[] }>(`/tasks/${task}/events`);
    const told = Object.fromEntries(items.map(({ kind, data }) => [kind, data]));
    const sha256 = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
    expect(told).toMatchObject({
      artifact: { name: 'The file', path: 'made.txt', bytes: 5, sha256 },
      plan: ['one'],
      progress: { done: 1 },
    });
    expect((await fleet.log(task)).map(({ stream, text }) => [stream, text])).toEqual([['agent', 'words\n']]);
    expect(readFileSync(fleet.path('artist', 'refused'), 'utf8')).toMatch(/'\/etc\/passwd' is not in the folder.*\n.*'\/kind' /);
  });

  it('takes one task where a Job was made for one', async () => {
    const worker = fleet.worker({ agent: 'single', script: 'exit 9', env: { AGENT_TRIGGER: 'task' } });
    const tasks = [await fleet.schedule('single'), await fleet.schedule('single')];
    expect(await worker.exit).toBe(0);
    const states = await Promise.all(tasks.map(async (task) => (await fleet.see(task)).attempt));
    expect(states.sort((a, b) => a - b)).toEqual([0, 1]);
  });
});

/** Ids of processes that work in a folder. */
function processesIn(folder: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
      return environment.includes(`AGENT_RUN_DIR=${folder}`);
    } catch {
      return false;
    }
  });
}
