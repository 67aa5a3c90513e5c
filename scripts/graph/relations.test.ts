import { describe, expect, it } from 'vitest';
import * as constructs from '../../constructs/index.ts';
import { readRelations } from './relations.ts';
import { aFleet } from './testing.ts';

const { Agent, Model, ModelDeployment, Org, OrgPart, Run, Secret, WorkerRuntime } = constructs;

describe('readRelations', { timeout: 60_000 }, () => {
  it('knows all kinds of parts that there are', () => {
    const parts = Object.entries(constructs).filter(([, value]) => typeof value === 'function' && value.prototype instanceof OrgPart);
    // A dispatcher, a pipeline and a trigger say who works when, and reach nothing for an agent.
    const others = new Set(['Dispatcher', 'Pipeline', 'Trigger']);
    expect(
      parts
        .map(([name]) => name)
        .filter((name) => !others.has(name))
        .sort(),
    ).toEqual(['Agent', 'BrokeredSecret', 'EgressPolicy', 'Memory', 'Model', 'Persona', 'Secret', 'Tool']);
  });

  it('tells what links are for, each once, and names what belongs to another org', async () => {
    const fleet = await aFleet();
    const [mine, other] = [new Org(fleet, 'mine'), new Org(fleet, 'other')];
    const key = Secret.reference(other, 'key', 'k');
    const model = new Model(other, 'fast', {
      deployments: [ModelDeployment.openai('gpt-5', { key }), ModelDeployment.openai('gpt-5', { key })],
    });
    new Agent(mine, 'worker', { runtime: WorkerRuntime.reference(), run: Run.job(), models: { primary: model, toolCalling: model } });
    expect(readRelations(mine).links).toEqual([
      { from: 'agent/worker', how: 'primary', to: 'model/other/fast' },
      { from: 'agent/worker', how: 'tool calling', to: 'model/other/fast' },
    ]);
    expect(readRelations(mine).things.map(({ id, name }) => [id, name])).toEqual([
      ['agent/worker', 'worker'],
      ['model/other/fast', 'other/fast'],
    ]);
    expect(readRelations(other).links).toEqual([
      { from: 'model/fast', how: 'serves gpt-5', to: 'host/api.openai.com' },
      { from: 'model/fast', how: 'is called with it', to: 'secret/key' },
    ]);
  });
});
