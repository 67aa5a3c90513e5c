import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fleetwright } from '../testing/command.ts';
import { aProject, anEstate } from '../testing/project.ts';

describe('fleetwright graph', { timeout: 60_000 }, () => {
  it('draws an org as text for Mermaid', () => {
    const { code, stdout, stderr } = fleetwright(anEstate(), 'graph --org hello --env dev --format mermaid');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      'flowchart LR',
      '  subgraph o0["hello: 1 agent · owned by platform · in dev"]',
      '    direction LR',
      '    o0n0[\\"anthropic<br/>external"\\]',
      '    o0n1(["fast<br/>anthropic claude-haiku-4-5"])',
      '    o0n2("api.anthropic.com")',
      '    o0n3[["fetch<br/>service · untrusted-content"]]',
      '    o0n4("news.example.com")',
      '    o0n5{{"editor<br/>dry"}}',
      '    o0n6["digest<br/>schedule · reference · #36;0.5/day"]',
      '  end',
      '  o0n1 --> o0n2',
      '  o0n1 --> o0n0',
      '  o0n3 --> o0n4',
      '  o0n6 --> o0n1',
      '  o0n6 --> o0n3',
      '  o0n6 --> o0n5',
      '',
    ]);
  });

  it('writes the same SVG to a file as to standard output', () => {
    const project = anEstate();
    const { stdout } = fleetwright(project, 'graph');
    expect(fleetwright(project, 'graph --out fleet.svg')).toEqual({ code: 0, stderr: '', stdout: '' });
    expect(stdout.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).toBe(true);
    expect(project.source('fleet.svg') === stdout).toBe(true);
  });

  it('replaces a picture, and no other file', () => {
    const project = aProject();
    const source = project.source('stacks/acme.ts');
    expect(fleetwright(project, 'graph --out stacks/acme.ts')).toEqual({
      code: 2,
      stderr: 'stacks/acme.ts is there already, and is no picture; name another file, or move it away; nothing was written [FW_USAGE]\n',
      stdout: '',
    });
    symlinkSync('acme.ts', join(project.root, 'stacks/link.svg'));
    expect(fleetwright(project, 'graph --out stacks/link.svg').stderr).toContain('stacks/link.svg is no plain file');
    expect(project.source('stacks/acme.ts')).toBe(source);

    for (const format of ['mermaid', 'svg']) {
      const again = `graph --format ${format} --out docs/fleet`;
      expect(fleetwright(project, again)).toEqual({ code: 0, stderr: '', stdout: '' });
      expect(fleetwright(project, again).code).toBe(0);
    }
    expect(Object.keys(project.read('docs'))).toEqual(['fleet']);
  });

  it('dots what is used only when something else fails', () => {
    expect(fleetwright(anEstate(), 'graph --org factory --format mermaid').stdout).toMatch(/ -\.-> /);
  });

  it('warns of more edges than Mermaid draws', () => {
    const project = aProject(`
  const tools = Array.from({ length: 60 }, (_, at) => new Tool(org, 'tool-' + at, { server: McpServer.http('mcp-fetch') }));
  for (let at = 0; at < 12; at++) {
    new Agent(org, 'agent-' + at, { runtime: WorkerRuntime.reference(), run: Run.job(), tools: tools.slice(at) });
  }`);
    const { code, stderr } = fleetwright(project, 'graph --format mermaid');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'This has 654 edges; Mermaid draws 500. Choose orgs with --org, or draw an SVG, which has no limit.\n',
    });
  });

  it('refuses what it cannot write to, and what it does not know', () => {
    const project = aProject();
    expect(fleetwright(project, 'graph --out stacks')).toEqual({
      code: 2,
      stderr: 'stacks is no plain file; name one, or leave --out out and pipe the picture on; nothing was written [FW_USAGE]\n',
      stdout: '',
    });
    expect(fleetwright(project, 'graph --out stacks/acme.ts/x.svg').stderr).toBe(
      'Cannot look at stacks/acme.ts/x.svg: a file stands where a folder is needed; move it away and run again. The picture was not written. [FW_OUTPUT_FAILED]\n',
    );
    expect(fleetwright(project, 'graph --org acne').stderr).toBe(
      "there is no org 'acne': it is not listed in environments/dev.yaml; did you mean 'acme'? [FW_ORG_UNKNOWN]\n",
    );
    expect(fleetwright(project, 'graph --format png').code).toBe(2);
  });
});
