import { describe, expect, it } from 'vitest';
import type { Finding, SarifLog } from '../policies/index.ts';
import { fleetwright } from './testing/command.ts';
import { aProject, SMALL_ORG } from './testing/project.ts';

const BROKEN = SMALL_ORG.replace("http('mcp-fetch')", "http('mcp-fetch'), env: { TOKEN: ['AKIA', 'IOSFODNN7EXAMPLE'].join('') }");

describe('fleetwright check', { timeout: 60_000 }, () => {
  it('is content when no rule is broken and the tree is up to date', () => {
    const project = aProject();
    fleetwright(project, 'synth');
    expect(fleetwright(project, 'check')).toEqual({
      code: 0,
      stdout: 'No rule is broken.\n\nrendered is what the stacks say.\n',
      stderr: '',
    });
  });

  it('refuses a tree that is not what the stacks say, and writes nothing', () => {
    const project = aProject();
    const { code, stdout, stderr } = fleetwright(project, 'check');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toBe(
      'No rule is broken.\n\n7 files in rendered are not what the stacks say: dev/_argocd/_root.yaml, dev/_argocd/acme.yaml, dev/acme/_app.yaml, ' +
        "dev/acme/_org.yaml, dev/acme/web.yaml …\nNext: run 'fleetwright synth' and commit what it writes.\n",
    );
    expect(project.read()).toEqual({});
  });

  it('looks at the files themselves, and only at those that are asked for', () => {
    const project = aProject();
    project.environment('prod', ['acme']);
    fleetwright(project, 'synth');
    project.write('rendered/prod/acme/web.yaml', 'edited by hand\n');
    expect(fleetwright(project, 'check --env dev').code).toBe(0);
    const { code, stdout } = fleetwright(project, 'check --output json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ findings: [], stale: ['prod/acme/web.yaml'] });
  });

  it('tells each finding with the line of its stack', () => {
    const project = aProject(BROKEN);
    const { code, stdout, stderr } = fleetwright(project, 'check --output yaml');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toContain(
      'findings:\n  - rule: secret-value\n    severity: error\n    path: dev/acme/web\n    source: stacks/acme.ts:4:15\n',
    );
    expect(stdout).toContain('stale:\n  - dev/_argocd/_root.yaml\n');
  });

  it('does not claim anything of the tree when what breaks rules cannot be rendered', () => {
    const project = aProject(SMALL_ORG.replace('mcp-fetch', 'mcp-ftech'));
    const { code, stdout } = fleetwright(project, 'check');
    expect(code).toBe(1);
    expect(stdout).toContain(
      "dev/acme/web  (stacks/acme.ts:4:15)\n  error image-locked: 'server' must be a name in the image lock, got 'mcp-ftech'\n",
    );
    expect(stdout).toMatch(/\n\nrendered was not compared: what breaks rules cannot be rendered\.\n$/);
    expect(JSON.parse(fleetwright(project, 'check --output json').stdout)).toEqual({
      findings: [expect.objectContaining({ rule: 'image-locked' })],
    });
  });

  it('writes a log for code scanning, and says on the other stream what has no place in it', () => {
    const project = aProject(BROKEN);
    const { code, stdout, stderr } = fleetwright(project, 'check --output sarif', { npm_lifecycle_event: 'fleetwright' });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^7 files in rendered are not what the stacks say: .*\nNext: run 'npm run -s fleetwright -- synth' and commit what it writes\.\n$/,
    );
    const { $schema, version, runs } = JSON.parse(stdout) as SarifLog;
    expect([$schema, version, runs.length]).toEqual(['https://json.schemastore.org/sarif-2.1.0.json', '2.1.0', 1]);
    const [{ results, tool }] = runs;
    expect(tool.driver).toMatchObject({ name: 'fleetwright', version: '0.1.0' });
    expect(results.map(({ ruleId, ruleIndex }) => [ruleId, tool.driver.rules[ruleIndex]?.id])).toEqual([['secret-value', 'secret-value']]);
    expect(results[0]?.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'stacks/acme.ts', uriBaseId: '%SRCROOT%' },
      region: { startColumn: 15, startLine: 4 },
    });
  });

  it('judges expiry on the day it is called, which synth does not', () => {
    const body = SMALL_ORG.replace(
      "http('mcp-fetch')",
      "http('mcp-fetch'), egress: [Egress.host('a.example.com', { reason: 'news', expires: '2020-01-01' })]",
    );
    const project = aProject(body);
    expect(fleetwright(project, 'synth').code).toBe(0);
    const findings = (JSON.parse(fleetwright(project, 'check --output json').stdout) as { findings: Finding[] }).findings;
    expect(findings.map(({ rule, path }) => [rule, path])).toEqual([['egress-expired', 'dev/acme/web']]);
  });
});
