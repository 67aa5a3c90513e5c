import { describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { aProject, startUp } from '../../scripts/up/testing/index.ts';
import { begin } from './an-org.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SERVER = JSON.stringify(join(ROOT, 'controller/worker/testing/mcp-server.ts'));
const CALLER = JSON.stringify(join(import.meta.dirname, 'tool-caller.ts'));
const NODE = JSON.stringify(process.execPath);

const ORG = `
  const stdio = (command) => McpServer.stdio('mcp-git', { command });
  const words = new Tool(org, 'words', { server: stdio([${NODE}, ${SERVER}]) });
  const never = new Tool(org, 'never', { server: stdio(['sleep', '4714']) });
  const image = new Tool(org, 'image', { server: McpServer.http('mcp-fetch') });
  const runtime = WorkerRuntime.shell({ command: [${NODE}, ${CALLER}] });
  new Agent(org, 'caller', { runtime, run: Run.job(), tools: [words, image], instructions: 'Call it.' });
  new Agent(org, 'patient', { runtime, run: Run.job(), tools: [never] });`;

describe('a tool', () => {
  it('is a real server of MCP; one that is never ready keeps nobody else', async () => {
    const project = aProject(ORG);
    const up = startUp(project.root);
    await up.until(/less {2}acme\/caller: no tool 'image': the image 'mcp-fetch' needs a cluster/);
    await up.until(/acme\/caller +\| tools of words: [a-z_, ]+/);
    await up.until(/acme\/caller +\| succeeded "Call it\."/);

    begin(project, 'patient');
    await up.until(/acme\/patient +\| begins/);
    begin(project, 'caller', 'Again');
    await up.until(/acme\/caller +\| succeeded "Again"/);
    await up.until(/acme\/never +\| is not ready after 30 seconds; its agents work without it until it is/);
    expect(await up.end('SIGINT')).toBe(0);
    expect(up.processes()).toEqual([]);
  });
});
