import { describe, expect, it } from 'vitest';
import { aFleet, anAgent, anEnvironment, anOrg } from '../test/builders.ts';
import { createJudge, type Finding, judgeTree, PolicyDeniedError, refuseErrors, reportFindings, RULES, toSarif } from './index.ts';
import { anObject } from './testing.ts';

const ports: Finding = {
  field: 'spec.ports[0].port',
  fix: 'choose a port from 1024 upward, such as 8080',
  message: 'must be 1024 or more',
  object: 'Service acme/greeter',
  path: 'prod/acme/greeter',
  rule: 'privileged-port',
  severity: 'error',
  source: 'stacks/acme.ts:12:3',
  value: '80',
};

const unused: Finding = {
  fix: 'remove it, or give it to an agent',
  message: 'must be used: nothing names this tool',
  path: 'prod/acme/search',
  rule: 'unused-part',
  severity: 'warning',
};

describe('reportFindings', () => {
  it('says where each is, what is there instead, and what to do', () => {
    const second = { ...ports, field: 'spec.ports[10].port', value: '443' };
    const third = { ...ports, field: 'spec.ports[2].port', value: '22' };
    expect(reportFindings([unused, second, third, ports])).toBe(`3 errors, 1 warning in 2 constructs

prod/acme/greeter  (stacks/acme.ts:12:3)
  error privileged-port: Service acme/greeter: 'spec.ports[0].port' must be 1024 or more, got 80
  error privileged-port: Service acme/greeter: 'spec.ports[2].port' must be 1024 or more, got 22
  error privileged-port: Service acme/greeter: 'spec.ports[10].port' must be 1024 or more, got 443
    fix: choose a port from 1024 upward, such as 8080

prod/acme/search
  warning unused-part: must be used: nothing names this tool
    fix: remove it, or give it to an agent

3 errors, 1 warning: privileged-port 3, unused-part 1. Each rule is explained in docs/errors/<rule>.md.`);
  });

  it('stays readable with a thousand problems', () => {
    const org = anOrg();
    const judge = createJudge(org.fleet);
    const findings = Array.from({ length: 1000 }, (_, i) => {
      const name = `agent-${String(i).padStart(3, '0')}`;
      return judge.judge({ construct: anAgent(org, name), file: `test/acme/${name}.yaml` }, [
        anObject('v1', 'Service', { spec: { ports: [{ port: 80 }] } }, name),
      ]);
    });
    const lines = reportFindings(findings.flat(), { perRule: 5 }).split('\n');
    expect(lines.length).toBeLessThan(40);
    expect(lines[0]).toBe('1000 errors in 1000 constructs');
    expect(lines).toContain('    and 995 more of the same rule');
    expect(lines.at(-1)).toBe(
      "1000 errors: privileged-port 1000. Each rule is explained in docs/errors/<rule>.md. 'fleetwright check --output json' lists all of them.",
    );
    expect(lines.join('\n')).toContain('agent-004');
    expect(lines.join('\n')).not.toContain('agent-005');
  });

  it('shares what it shows out among the rules that are broken', () => {
    const findings = ['a', 'b', 'c', 'd'].flatMap((rule) =>
      Array.from({ length: 250 }, (_, i) => ({ ...unused, path: `test/${i}`, rule })),
    );
    const lines = reportFindings(findings).split('\n');
    expect(lines.filter((line) => line === '    and 247 more of the same rule')).toHaveLength(4);
    expect(lines.length).toBeLessThan(60);
  });

  it('shows a dozen of them whatever the rule', () => {
    const findings = Array.from({ length: 12 }, (_, i) => ({ ...unused, path: `test/${i}`, rule: i === 0 ? 'a' : 'b' }));
    expect(reportFindings(findings).match(/warning [ab]:/g)).toHaveLength(12);
  });

  it('says what to do wherever the answer differs', () => {
    const findings = [
      { ...unused, rule: 'b', value: '1' },
      { ...unused, fix: 'do something else', message: 'must not', rule: 'b' },
      { ...unused, rule: 'a' },
    ];
    expect(reportFindings(findings).split('\n').slice(2)).toEqual([
      'prod/acme/search',
      '  warning a: must be used: nothing names this tool',
      '    fix: remove it, or give it to an agent',
      '  warning b: must be used: nothing names this tool, got 1',
      '    fix: remove it, or give it to an agent',
      '  warning b: must not',
      '    fix: do something else',
      '',
      '3 warnings: b 2, a 1. Each rule is explained in docs/errors/<rule>.md.',
    ]);
  });

  it('counts rules in the order of their names where they are as many', () => {
    const findings = ['c', 'a', 'b'].map((rule) => ({ ...unused, rule }));
    expect(reportFindings(findings).split('\n').at(-1)).toBe('3 warnings: a 1, b 1, c 1. Each rule is explained in docs/errors/<rule>.md.');
  });

  it('says so when there is nothing to say', () => {
    expect(reportFindings([])).toBe('No rule is broken.');
  });
});

describe('refuseErrors', () => {
  it('throws all findings when one of them is an error', () => {
    const refuse = () => refuseErrors([unused, ports]);
    expect(refuse).toThrow(PolicyDeniedError);
    expect(refuse).toThrow(`${reportFindings([ports, unused])} [FW_POLICY_DENIED]`);
  });

  it('lets warnings pass', () => {
    expect(() => refuseErrors([unused])).not.toThrow();
  });
});

describe('toSarif', () => {
  const log = toSarif([unused, ports], '1.2.3');
  const [run] = log.runs;

  it('places findings at the line of the stack', () => {
    expect(run.results[0]).toEqual({
      level: 'error',
      locations: [
        {
          logicalLocations: [{ fullyQualifiedName: 'prod/acme/greeter' }],
          physicalLocation: {
            artifactLocation: { uri: 'stacks/acme.ts', uriBaseId: '%SRCROOT%' },
            region: { startColumn: 3, startLine: 12 },
          },
        },
      ],
      message: {
        text: "prod/acme/greeter: Service acme/greeter: 'spec.ports[0].port' must be 1024 or more, got 80. To fix it: choose a port from 1024 upward, such as 8080.",
      },
      partialFingerprints: { 'finding/v1': expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      ruleId: 'privileged-port',
      ruleIndex: RULES.findIndex(({ id }) => id === 'privileged-port'),
    });
  });

  it('places what no line made at its environment', () => {
    expect(run.results[1]?.locations[0].physicalLocation.artifactLocation.uri).toBe('environments/prod.yaml');
  });

  it('describes all rules', () => {
    expect(run.tool.driver.version).toBe('1.2.3');
    expect(run.tool.driver.rules.map(({ id }) => id)).toEqual(RULES.map(({ id }) => id));
    expect(run.tool.driver.rules.at(0)).toEqual({
      defaultConfiguration: { level: 'error' },
      help: { text: 'To fix it: create the part in both orgs, or move what uses it. See docs/errors/cross-org-reference.md.' },
      id: 'cross-org-reference',
      shortDescription: { text: 'A part only uses parts of its own org' },
    });
  });

  it('gives one finding one fingerprint, wherever its line moves', () => {
    const moved = toSarif([{ ...ports, source: 'stacks/acme.ts:99:1', value: '81' }], '1.2.3').runs[0].results[0];
    expect(moved?.partialFingerprints).toEqual(run.results[0]?.partialFingerprints);
  });

  it('escapes file names', () => {
    const result = toSarif([{ ...ports, source: 'stacks\\my org.ts:1:2' }], '1.2.3').runs[0].results[0];
    expect(result?.locations[0].physicalLocation.artifactLocation.uri).toBe('stacks/my%20org.ts');
  });
});

describe('the findings of a fleet', () => {
  it('survive being written as JSON', () => {
    const fleet = aFleet(anEnvironment({ cluster: { networkPolicy: false } }));
    anAgent(anOrg({ fleet }));
    const findings = judgeTree(fleet);
    expect(findings).not.toEqual([]);
    expect(JSON.parse(JSON.stringify(findings))).toEqual(findings);
  });
});
