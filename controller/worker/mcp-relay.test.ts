import { expect, it, onTestFinished } from 'vitest';
import { TestFleet } from './testing/index.ts';

it('gives the program the tools of the controller, without what proves its task', { timeout: 60_000 }, async () => {
  const fleet = await TestFleet.start({ caller: {}, talker: {} });
  onTestFinished(async () => fleet.stop());
  const call = `
      const call = (url, name, input) => fetch(url, { method: 'POST', headers: {
        accept: 'application/json, text/event-stream', 'content-type': 'application/json', 'mcp-protocol-version': '2025-06-18' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: input } }) });
      const url = process.env.AGENT_TASK_MCP;
      const made = await (await call(url, 'task_create', { agent: 'talker', title: 'Go on' })).text();
      const wrong = (await call(url.replace(/[^/]+.mcp$/, '0/mcp'), 'task_status', {})).status;
      console.log(JSON.stringify({ made, wrong }));`;
  fleet.worker({ agent: 'caller', script: `${process.execPath} --input-type=module -e '${call.replaceAll("'", '"')}'` });
  const task = await fleet.schedule('caller', { subTasks: { count: 1, depth: 1 } });
  const { result } = (await fleet.reach(task, 'succeeded')) as { result: { made: string; wrong: number } };
  const [id = ''] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(result.made) ?? [result.made];
  expect(await fleet.reach(id, 'queued')).toMatchObject({ agent: 'talker', title: 'Go on', parent: task });
  expect(result.wrong).toBe(404);
});
