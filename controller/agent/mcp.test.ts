import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentBench, calling } from './testing/agent-run.ts';
import { toolServer } from './testing/tool-server.ts';

describe('Tools of MCP servers', { timeout: 60_000 }, () => {
  let bench: AgentBench;
  let called: string[];
  let endpoint: string;

  beforeEach(async () => {
    bench = new AgentBench();
    called = [];
    endpoint = `${await bench.serve(toolServer((name) => called.push(name)))}/mcp`;
  });

  afterEach(() => bench.close());

  /** @returns what the model was told last */
  async function call(name: string, input: unknown, allow?: readonly string[]): Promise<string> {
    let told = '';
    const model = await bench.say([calling(name, input), { content: '{}' }], ({ messages }) => (told = messages.at(-1)?.content ?? ''));
    const { code } = await bench.run(model, { config: { tools: { web: { endpoint, protocol: 'mcp', ...(allow && { allow }) } } } });
    expect(code).toBe(0);
    return told;
  }

  it('are called by the names of the tool and of the server', async () => {
    expect(await call('web__shout', { text: 'hello' })).toBe('HELLO');
    expect(await call('web__delete_all', { text: '' })).toBe('All is gone');
    expect(called).toEqual(['shout', 'delete.all']);
  });

  it('are those of the list, where there is one', async () => {
    expect(await call('web__delete_all', { text: '' }, ['shout'])).toMatch(
      /^error: There is no tool 'web__delete_all'; there are web__shout, wait_for_tasks, /,
    );
    expect(called).toEqual([]);
  });

  it('tell the model what they refuse, and what is wrong with its arguments', async () => {
    expect(await call('web__refuse', { text: 'x' })).toBe('error: Not today');
    expect(await call('web__shout', { text: 1 })).toMatch(/^error: .*text/);
    expect(called).toEqual(['refuse']);
  });
});
