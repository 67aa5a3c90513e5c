import { describe, expect, it } from 'vitest';
import { type Agent, WorkerRuntime } from '../../constructs/index.ts';
import { anAgent, anOrg } from '../../test/builders.ts';
import { toYaml } from '../yaml/yaml.ts';
import { AgentForm } from './agent-form.ts';
import { renderAgent } from './agent.ts';

/** An agent whose setup commands hold its name. */
function anAgentThatSetsUp(setup: (name: string) => string): Agent {
  const agent = anAgent(anOrg(), 'greeter');
  const runtimeOf = ({ name }: Agent) => WorkerRuntime.shell({ command: ['true'], setup: [setup(name)] });
  return Object.defineProperty(agent, 'runtime', {
    get(this: Agent) {
      return runtimeOf(this);
    },
  });
}

describe('AgentForm', () => {
  it('makes the file of an agent that it has never seen', () => {
    const org = anOrg();
    const form = AgentForm.of(anAgent(org, 'first', { instructions: 'Work.' }));
    const second = anAgent(org, 'null', { instructions: 'Work:\n- hard\n' });
    expect(form?.toText(form.cast(second))).toBe(toYaml(renderAgent(second)));
  });

  it('quotes each word anew', () => {
    const form = AgentForm.of(anAgentThatSetsUp((name) => name));
    const cast = form?.cast(anAgent(anOrg(), 'no'));
    expect(cast && form?.toText(cast)).toMatch(/ - sh\n +- -ec\n +- "no"\n/);
  });

  it('is not made where a word stands among others in lines of their own', () => {
    expect(AgentForm.of(anAgentThatSetsUp((name) => `echo a\n${name}\n`))).toBeUndefined();
  });
});
