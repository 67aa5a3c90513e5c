import { describe, expect, it } from 'vitest';
import { fleetwright } from './testing/command.ts';
import { anEstate, aProject } from './testing/project.ts';

describe('fleetwright list', { timeout: 60_000 }, () => {
  it('lists agents and tools with the lines that create them', () => {
    const project = aProject(`
  const web = new Tool(org, 'web', { server: McpServer.http('mcp-fetch'), egress: [Egress.host('a.example.com', { reason: 'news' })] });
  new Agent(org, 'worker', { runtime: WorkerRuntime.reference(), run: Run.service(), tools: [web], instructions: 'Work.' });`);
    expect(fleetwright(project, 'list')).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        'ENVIRONMENT  ORG   KIND   NAME    RUNS                    MODELS  TOOLS  EGRESS  SOURCE',
        'dev          acme  tool   web     service/mcp-fetch                           1  stacks/acme.ts:4:15',
        'dev          acme  agent  worker  service/reference/runc          web         0  stacks/acme.ts:5:3',
        '',
      ].join('\n'),
    });
  });

  it('lists pipelines with their steps, and triggers with what they start', () => {
    const rows = fleetwright(anEstate(), 'list --org factory --env dev')
      .stdout.split('\n')
      .filter((line) => /pipeline|trigger/.test(line));
    expect(rows.map((row) => row.replaceAll(/ {2,}/g, '  '))).toEqual([
      expect.stringMatching(/^dev {2}factory {2}pipeline {2}idea {2}specify,build,test,review,merge {2}0 {2}stacks\/factory\.ts:\d+:\d+$/),
      expect.stringMatching(/^dev {2}factory {2}trigger {2}ideas {2}github → idea {2}0 {2}stacks\/factory\.ts:\d+:\d+$/),
      expect.stringMatching(/^dev {2}factory {2}trigger {2}upkeep {2}cron\/0 6 1 1,4,7,10 \* → idea {2}0 {2}stacks\/factory\.ts:\d+:\d+$/),
    ]);
  });

  it('lists those of an org in each environment that has it, for programs', () => {
    const { code, stdout } = fleetwright(anEstate(), 'list --org hello --output json');
    expect(code).toBe(0);
    const rows = JSON.parse(stdout) as { environment: string }[];
    expect(rows.map(({ environment }) => environment)).toEqual(['dev', 'dev', 'prod', 'prod', 'staging', 'staging']);
    expect(rows.slice(0, 2)).toEqual([
      {
        egress: ['news.example.com'],
        environment: 'dev',
        kind: 'tool',
        models: [],
        name: 'fetch',
        org: 'hello',
        runs: 'service/mcp-fetch',
        source: expect.stringMatching(/^stacks\/hello\.ts:\d+:\d+$/),
        tools: [],
      },
      {
        egress: [],
        environment: 'dev',
        kind: 'agent',
        models: ['fast'],
        name: 'digest',
        org: 'hello',
        runs: 'schedule/reference/runc',
        source: expect.stringMatching(/^stacks\/hello\.ts:\d+:\d+$/),
        tools: ['fetch'],
      },
    ]);
  });

  it('says so when there is nothing to list', () => {
    expect(fleetwright(aProject(''), 'list').stdout).toBe('No agents, tools, pipelines or triggers.\n');
  });
});
