import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import { ConfigMap, Deployment, EnvValue } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../constructs/index.ts';
import { aModel, aTool, anAgent, anOrg } from '../test/builders.ts';
import { dig, only } from '../test/manifests.ts';
import { renderAgent } from './agent/agent.ts';
import { renderExtras } from './escape-hatch.ts';
import { toYaml } from './yaml/yaml.ts';

describe('the patches of an agent', () => {
  it('change the objects of their kind after everything else, and no other', () => {
    const plain = renderAgent(anAgent(anOrg()));
    const agent = anAgent(anOrg());
    agent.addJsonPatch(
      'Deployment',
      JsonPatch.add('/spec/revisionHistoryLimit', 3),
      JsonPatch.remove('/spec/template/spec/enableServiceLinks'),
    );
    agent.addJsonPatch('Deployment', JsonPatch.replace('/spec/revisionHistoryLimit', 4));
    const patched = renderAgent(agent);
    expect(only(patched, 'Deployment').spec).toMatchObject({ replicas: 1, revisionHistoryLimit: 4 });
    expect(dig(only(patched, 'Deployment'), 'spec', 'template', 'spec')).not.toHaveProperty('enableServiceLinks');
    const others = (manifests: readonly Manifest[]) => manifests.filter(({ kind }) => kind !== 'Deployment');
    expect(others(patched)).toEqual(others(plain));
  });

  it('leave alone what they do not name', () => {
    const agent = anAgent(anOrg());
    agent.addJsonPatch('Deployment', JsonPatch.add('/metadata/labels/extra', 'yes'));
    const [before, after] = [renderAgent(anAgent(anOrg())), renderAgent(agent)].map((manifests) => toYaml([only(manifests, 'Deployment')]));
    expect(after?.replace('    extra: "yes"\n', '')).toBe(before);
  });

  it('must name a kind that is rendered', () => {
    const agent = anAgent(anOrg());
    agent.addJsonPatch('StatefulSet', JsonPatch.remove('/spec'));
    expect(() => renderAgent(agent)).toThrow(
      [
        'test/acme/greeter cannot be rendered:',
        "  - 'addJsonPatch' must name a kind that the agent renders: NetworkPolicy, ServiceAccount, ConfigMap, Deployment, Service, PodDisruptionBudget, got 'StatefulSet' [FW_INVALID_PROPS]",
      ].join('\n'),
    );
  });

  it('must fit the object', () => {
    const agent = anAgent(anOrg());
    agent.addJsonPatch('Service', JsonPatch.add('/spec/type', 'ClusterIP'), JsonPatch.replace('/spec/nothing/here', 1));
    expect(() => renderAgent(agent)).toThrow(
      [
        'test/acme/greeter cannot be rendered:',
        "  - 'addJsonPatch' must hold operations that fit the Service, got JsonPatch { operation: { op: 'replace', path: '/spec/nothing/here', value: 1 } } [FW_INVALID_PROPS]",
      ].join('\n'),
    );
  });
});

describe('renderExtras', () => {
  it('gives nothing for an org of our own parts', () => {
    const org = anOrg();
    aModel(org);
    aTool(org);
    anAgent(org);
    expect(renderExtras(org)).toEqual([]);
  });

  it('gives cdk8s objects, in the order of their creation, in the namespace of the org', () => {
    const org = anOrg();
    const chart = new Chart(org, 'extra');
    new ApiObject(chart, 'quiet', { apiVersion: 'v1', data: { a: '1' }, kind: 'ConfigMap', metadata: { name: 'quiet' } });
    new ApiObject(new Construct(chart, 'deep'), 'loud', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'loud', namespace: 'elsewhere' },
    });
    expect(renderExtras(org)).toEqual([
      { apiVersion: 'v1', data: { a: '1' }, kind: 'ConfigMap', metadata: { name: 'quiet', namespace: 'acme' } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'loud', namespace: 'elsewhere' } },
    ]);
  });

  it('gives no namespace to what belongs to the whole cluster', () => {
    const org = anOrg();
    const chart = new Chart(org, 'extra');
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'all' } };
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'acme' } };
    new ApiObject(chart, 'role', role);
    new ApiObject(chart, 'namespace', namespace);
    expect(renderExtras(org)).toEqual([role, namespace]);
  });

  it('gives cdk8s-plus objects with all that they refer to resolved', () => {
    const org = anOrg();
    const chart = new Chart(org, 'extra', { labels: { team: 'a' } });
    const config = new ConfigMap(chart, 'config', { data: { greeting: 'hi' } });
    const envVariables = { GREETING: EnvValue.fromConfigMap(config, 'greeting') };
    const deployment = new Deployment(chart, 'server', { containers: [{ envVariables, image: 'images.example/server' }], replicas: 2 });
    const extras = renderExtras(org);
    expect(dig(extras[1], 'spec', 'template', 'spec', 'containers', 0, 'env')).toEqual([
      { name: 'GREETING', valueFrom: { configMapKeyRef: { key: 'greeting', name: config.name } } },
    ]);
    expect(extras.map(({ kind, metadata }) => [kind, metadata.name, metadata.labels?.team])).toEqual([
      ['ConfigMap', config.name, 'a'],
      ['Deployment', deployment.name, 'a'],
    ]);
  });

  it('gives the same names each time', () => {
    const build = () => {
      const org = anOrg();
      new ConfigMap(new Chart(org, 'extra'), 'config', { data: { a: '1' } });
      return renderExtras(org);
    };
    expect(build()).toEqual(build());
  });
});
