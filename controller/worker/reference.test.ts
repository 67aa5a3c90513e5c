import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Question, Task } from '../contract/wire/index.ts';
import { TestFleet, until } from './testing/index.ts';

const WORKER = join(import.meta.dirname, 'main.ts');
const MODEL = join(import.meta.dirname, '..', 'agent', 'scripted-model', 'main.ts');
const AGENT = join(import.meta.dirname, '..', 'agent', 'main.ts');

const TRANSCRIPTS = {
  'conformance/candidate': `turns:
  - say: Working.
    calls: [{ tool: run, with: { program: node, args: [-e, 'setTimeout(() => {}, 1500)'] } }]
  - result: { ok: true }
`,
  'acme/planner': `turns:
  - calls: [{ tool: ask_human, as: answer, with: { text: 'How many?' } }]
  - calls:
      - tool: create_tasks
        as: made
        with: { tasks: [{ agent: helper, title: 'One', input: '{{results.answer.answer}}' }, { skills: [helping], title: 'Two' }] }
  - calls: [{ tool: wait_for_tasks, as: ended, with: { tasks: '{{results.made.tasks}}' } }]
  - result: { first: '{{results.ended.tasks.0.result}}', second: '{{results.ended.tasks.1.state}}' }
`,
  'acme/helper': `turns:
  - when: { has: { title: One } }
    result: { did: '{{input}}' }
  - result: { failed: 'Two is too much' }
`,
};

describe('A worker with the reference agent', { timeout: 120_000 }, () => {
  let folder: string;
  let model: ChildProcess;
  let address: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fleetwright-reference-'));
    for (const [name, transcript] of Object.entries(TRANSCRIPTS)) {
      mkdirSync(join(folder, 'transcripts', name, '..'), { recursive: true });
      writeFileSync(join(folder, 'transcripts', `${name}.yaml`), transcript);
    }
    model = spawn(process.execPath, [MODEL, '--transcripts', join(folder, 'transcripts')], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = (await once(model.stdout?.setEncoding('utf8') ?? model, 'data')) as [string];
    ({ address } = JSON.parse(line) as { address: string });
  });

  afterAll(() => {
    model.kill();
    rmSync(folder, { recursive: true });
  });

  function contract(name: string, namespace: string): Record<string, string> {
    const file = join(folder, `${name}.yaml`);
    const fast = { endpoint: 'http://gateway', model: 'fast', priority: 1, provider: 'x', role: 'primary' };
    writeFileSync(file, JSON.stringify({ agent: { name, namespace }, models: { fast } }));
    return { AGENT_CONFIG: file, AGENT_COMMANDS: 'node', MODEL_ENDPOINT: address };
  }

  it('keeps the rules of the contract', async () => {
    const args = [WORKER, 'conformance', '--adapter', 'reference'];
    const env = { PATH: process.env['PATH'], AGENT_WORKSPACE: folder, ...contract('candidate', 'conformance') };
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    expect(
      printed
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ {2,}/).slice(0, 2).join(' ')),
    ).toEqual(['starts', 'ends', 'exit-code', 'result', 'text', 'stops', 'no-remains'].map((rule) => `kept ${rule}`));
    expect(code).toBe(0);
  });

  it('asks people, gives work to others, and goes on with what came of both', async () => {
    const fleet = await TestFleet.start({ planner: { subTasks: { count: 2 } }, helper: { skills: ['helping'] } });
    try {
      for (const agent of ['planner', 'helper'])
        fleet.worker({
          agent,
          args: ['--adapter', 'reference'],
          script: `exec ${process.execPath} ${AGENT}`,
          env: contract(agent, 'acme'),
        });
      const task = await fleet.schedule('planner');
      const { id } = await until(async () => (await fleet.admin.get<{ items: Question[] }>('/questions?open=true')).items[0]);
      await fleet.admin.post(`/questions/${id}/answer`, { answer: 'three' });
      expect(await fleet.reach(task, 'succeeded', 'failed', 'dead')).toMatchObject({
        state: 'succeeded',
        result: { first: { did: 'three' }, second: 'failed' },
      });
      const { items } = await fleet.admin.get<{ items: Task[] }>(`/tasks?parent=${task}`);
      expect(items.map(({ title, reason = 'done' }) => `${title}: ${reason}`).sort()).toEqual([
        'One: done',
        'Two: The program ended with exit code 1: Two is too much',
      ]);
      expect((await fleet.log(task)).map(({ text: line }) => line).join('')).toContain('scripted model: ');
    } finally {
      await fleet.stop();
    }
  });
});
