import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orgParts, toYaml } from '../charts/index.ts';
import { Agent, type AgentProps, Fleet, Org, WorkerRuntime } from '../constructs/index.ts';
import type { Finding } from '../policies/index.ts';
import { aModel, anAgent, anEnvironment, anOrg } from '../test/builders.ts';
import { ENVIRONMENT_MUTATIONS } from '../test/prop-mutations-of-environments.ts';
import { PROP_MUTATIONS } from '../test/prop-mutations.ts';
import { Judgement } from './judgement.ts';

/** All that a run makes of the files of an org. */
interface Outcome {
  readonly files: Readonly<Record<string, { readonly text: string; readonly facts: string }>>;
  readonly findings: readonly Finding[];
  /** The files that were cast. */
  readonly cast: readonly string[];
}

function run(fleet: Fleet, forms: boolean): Outcome {
  const judgement = new Judgement([fleet], { forms });
  const files: Record<string, { text: string; facts: string }> = {};
  const cast: string[] = [];
  for (const part of fleet.orgs.flatMap(orgParts)) {
    judgement.expect(part, fleet);
    const content = judgement.render(part);
    if (part.manifest && typeof content === 'string') cast.push(part.file);
    files[part.file] = { facts: judgement.facts, text: typeof content === 'string' ? content : toYaml(content) };
  }
  judgement.finish();
  return { cast, files, findings: judgement.findings };
}

/** What comes out of a fleet in which files are cast. Fails where that is not what comes out where all are rendered and judged. */
function castAlike(build: () => Fleet): Outcome {
  const [rendered, cast] = [run(build(), false), run(build(), true)];
  expect(rendered.cast).toEqual([]);
  expect(cast.files).toEqual(rendered.files);
  expect(cast.findings).toEqual(rendered.findings.map((finding) => ({ ...finding, source: expect.anything() as unknown })));
  return cast;
}

/** More agents like one, which differ in name and instructions. */
function addLike(agent: Agent, names: readonly string[]): void {
  const { node, ...props } = agent;
  for (const name of names) {
    const instructions = agent.instructions === '' ? {} : { instructions: `${name}: "${agent.instructions}"\n- ${name}` };
    new Agent(node.scope as Org, name, { ...props, ...instructions } satisfies AgentProps);
  }
}

function agentsIn(fleet: Fleet): Agent[] {
  return fleet.orgs.flatMap(({ children }) => children).filter((child) => child instanceof Agent);
}

/** Some of which YAML would take for something else, and the longest that there may be. */
const NAMES = ['like-it', 'other', 'no', 'e8', `x${'y'.repeat(47)}`];

const VARIANTS = { ...PROP_MUTATIONS, ...ENVIRONMENT_MUTATIONS };

describe('Files that are cast', () => {
  it.each(Object.keys(VARIANTS))('are as if they were rendered and judged: %s', (prop) => {
    for (const { environment = anEnvironment(), org = {}, build } of VARIANTS[prop] ?? []) {
      let count = 0;
      const { cast } = castAlike(() => {
        const fleet = new Fleet(environment);
        build?.(new Org(fleet, 'acme', org));
        count = agentsIn(fleet).length;
        agentsIn(fleet).forEach((agent, index) =>
          addLike(agent, index === 0 ? NAMES : NAMES.map((name) => `${name.slice(0, 9)}-${index}`)),
        );
        return fleet;
      });
      expect(cast.length).toBeGreaterThanOrEqual(count * (NAMES.length - 1));
    }
  });

  it('are all but the first two of a shape', () => {
    const { cast } = castAlike(() => aFleetOf(['one', 'two', 'three', 'four']));
    expect(cast).toEqual(['test/acme/three.yaml', 'test/acme/four.yaml']);
  });

  it('are of agents that are all told something, or all nothing', () => {
    const { cast } = castAlike(() => {
      const fleet = aFleetOf(['one', 'two', 'three'], { instructions: '' });
      for (const name of ['four', 'five', 'six']) anAgent(fleet.orgs[0] as Org, name, { instructions: 'Work.' });
      return fleet;
    });
    expect(cast).toEqual(['test/acme/three.yaml', 'test/acme/six.yaml']);
  });

  it('are as if they were rendered, whatever people call agents and tell them', () => {
    const name = fc.stringMatching(/^[a-z]([-a-z0-9]{0,10}[a-z0-9])?$/);
    const text = fc.oneof(
      fc.string({ minLength: 1, unit: 'binary' }),
      fc.constantFrom('no', '1e3', 'a: b', '- a\n b ', '{{x}}', '$(A)', '\n'),
    );
    const seats = fc.uniqueArray(fc.record({ name, text }), { maxLength: 6, minLength: 3, selector: (seat) => seat.name });
    fc.assert(
      fc.property(seats, (list) => {
        const usable = list.filter(
          (seat) => seat.text.isWellFormed() && !['con', 'prn', 'aux', 'nul', 'org', 'egress'].includes(seat.name),
        );
        castAlike(() => {
          const org = anOrg();
          for (const seat of usable) anAgent(org, seat.name, { instructions: seat.text });
          return org.fleet;
        });
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});

describe('A file is not cast', () => {
  it('when its agent says more than others, or has a patch', () => {
    const { cast } = castAlike(() => {
      const fleet = aFleetOf(['one', 'two', 'three', 'four']);
      const [, , three] = agentsIn(fleet);
      three?.addJsonPatch('Deployment', JsonPatch.add('/spec/paused', true));
      return fleet;
    });
    expect(cast).toEqual(['test/acme/four.yaml']);
  });

  it('when what it says depends on a name in a way of its own', () => {
    const { cast } = castAlike(() => {
      const fleet = aFleetOf(['one', 'three', 'seven']);
      for (const agent of agentsIn(fleet)) {
        const runtime = WorkerRuntime.shell({ command: ['wait', String(agent.name.length)] });
        // Not told by its shape, as nothing should be that its file depends on.
        Object.defineProperty(agent, 'runtime', { enumerable: false, get: () => runtime });
      }
      return fleet;
    });
    expect(cast).toEqual([]);
  });

  it('when its agent has patches, even if they change nothing', () => {
    const { cast } = castAlike(() => {
      const fleet = aFleetOf(['one', 'two', 'three']);
      for (const agent of agentsIn(fleet)) agent.addJsonPatch('Deployment', JsonPatch.replace('/spec/replicas', 1));
      return fleet;
    });
    expect(cast).toEqual([]);
  });

  it('when a name looks like a credential, which is told of every object', () => {
    const secret = `sk-ant-${'a'.repeat(24)}`;
    const { cast, findings } = castAlike(() => aFleetOf(['one', 'two', secret, 'four']));
    expect(cast).toEqual(['test/acme/four.yaml']);
    expect(new Set(findings.map(({ rule }) => rule))).toEqual(new Set(['secret-value']));
  });

  it('when the first of its shape breaks a rule, so that every one is told of', () => {
    const env = { KEY: ['AKIA', 'IOSFODNN7EXAMPLE'].join('') };
    const { cast, findings } = castAlike(() => aFleetOf(['one', 'two', 'three', 'four'], { env }));
    expect(cast).toEqual([]);
    expect(findings).toHaveLength(4);
  });
});

describe('A file that is cast', () => {
  it('is judged by what people wrote for it', () => {
    const { cast, findings } = castAlike(() => {
      const fleet = aFleetOf(['one', 'two']);
      anAgent(fleet.orgs[0] as Org, 'three', { instructions: `Use ${['ghp', '_'].join('')}${'a'.repeat(36)}.` });
      return fleet;
    });
    expect(cast).toEqual(['test/acme/three.yaml']);
    expect(findings.map(({ path, rule }) => `${rule} ${path}`)).toContain('secret-value test/acme/three');
  });

  it('is judged even if it is not written', () => {
    const findingsOf = (forms: boolean) => {
      const fleet = aFleetOf(['one', 'two', 'three', 'four']);
      anAgent(fleet.orgs[0] as Org, 'five', { instructions: `Use ${['ghp', '_'].join('')}${'a'.repeat(36)}.` });
      const judgement = new Judgement([fleet], { forms });
      for (const part of fleet.orgs.flatMap(orgParts)) {
        judgement.expect(part, fleet);
        if (part.file.endsWith('/four.yaml')) judgement.render(part);
      }
      judgement.finish();
      return judgement.findings.map(({ field, path, rule }) => `${rule} ${path} ${field}`);
    };
    expect(findingsOf(true)).toEqual(findingsOf(false));
    expect(findingsOf(true)).toContain('secret-value test/acme/five data.instructions');
  });

  it('is found by what others name and choose', () => {
    const { cast, findings } = castAlike(() => {
      const org = anOrg();
      const props = { instructions: 'Work.', models: { primary: aModel(org) }, runtime: WorkerRuntime.reference() };
      for (const name of ['one', 'two', 'three']) anAgent(org, name, props);
      for (const name of ['three', 'nobody']) {
        const metadata = { name: `chooses-${name}` };
        const labels = { 'app.kubernetes.io/name': name };
        new ApiObject(new Chart(org, metadata.name), 'service', {
          apiVersion: 'v1',
          kind: 'Service',
          metadata,
          spec: { ports: [{ port: 8080 }], selector: labels },
        });
        const thief = anAgent(org, `names-${name}`, props);
        const volume = { name: 'stolen', secret: { secretName: `${name}-credentials` } };
        thief.addJsonPatch('Deployment', JsonPatch.add('/spec/template/spec/volumes/-', volume));
        thief.addJsonPatch('Deployment', JsonPatch.replace('/spec/template/spec/serviceAccountName', name));
      }
      return org.fleet;
    });
    expect(cast).toEqual(['test/acme/three.yaml']);
    const dangling = findings.filter(({ rule }) => rule === 'dangling-reference').map(({ field, object }) => `${object} ${field}`);
    expect(dangling.sort()).toEqual([
      'Deployment acme/names-nobody spec.template.spec.serviceAccountName',
      'Deployment acme/names-nobody spec.template.spec.volumes[4].secret.secretName',
      'Service acme/chooses-nobody spec.selector',
    ]);
  });
});

function aFleetOf(names: readonly string[], props: Partial<AgentProps> = {}): Fleet {
  const org = anOrg();
  for (const name of names) anAgent(org, name, { instructions: `Work as ${name}.`, ...props });
  return org.fleet;
}
