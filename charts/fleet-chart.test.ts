import { ApiObject, App, Testing } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from '../constructs/index.ts';
import { aModel, anAgent, anOrg, aTool } from '../test/builders.ts';
import { FleetChart } from './fleet-chart.ts';
import { orgParts } from './parts.ts';
import { toYaml } from './yaml/yaml.ts';

function someManifests(): Manifest[] {
  const org = anOrg();
  aModel(org);
  anAgent(org, 'ada', { tools: [aTool(org)], instructions: 'two\nlines: "yes"\n' });
  return orgParts(org).flatMap((part) => (part.manifest ? part.render() : []));
}

const read = (text: string) => parseAllDocuments(text, { version: '1.1' }).map((document) => document.toJS() as unknown);

describe('FleetChart', () => {
  it('makes cdk8s write the same documents as the tree', () => {
    const app = new App();
    new FleetChart(app, 'acme', someManifests);
    expect(read(app.synthYaml())).toEqual(read(toYaml(someManifests())));
  });

  it('is what the test kit of cdk8s gives back', () => {
    expect(Testing.synth(new FleetChart(new App(), 'acme', someManifests))).toEqual(read(toYaml(someManifests())));
  });

  it('holds cdk8s objects of its own, too', () => {
    const chart = new FleetChart(new App(), 'acme', () => []);
    new ApiObject(chart, 'extra', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'extra' } });
    expect(Testing.synth(chart)).toEqual([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'extra' } }]);
  });

  it('reports what its constructs find wrong', () => {
    const chart = new FleetChart(new App(), 'acme', () => []);
    const object = new ApiObject(chart, 'extra', { apiVersion: 'v1', kind: 'ConfigMap' });
    object.node.addValidation({ validate: () => ['it has no data'] });
    expect(() => chart.toJson()).toThrow('chart acme cannot be written:\n  - acme/extra: it has no data [FW_INVALID_PROPS]');
  });
});
