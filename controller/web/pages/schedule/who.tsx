import { type ReactNode, useState } from 'react';
import type { AgentStatus } from '../../../contract/wire/index.ts';
import { Field } from '../../parts/field.tsx';
import type { Wrong } from './read-form.ts';

/** Who works on the task: an agent by name, or whoever has all of some skills. */
export function Who({ agents, wrong }: { readonly agents: readonly AgentStatus[]; readonly wrong: Wrong }): ReactNode {
  const [by, setBy] = useState<'agent' | 'skills'>('agent');
  const skills = [...new Set(agents.flatMap((agent) => agent.skills))].sort();
  const choice = (value: 'agent' | 'skills', label: string) => (
    <label>
      <input type="radio" name="by" value={value} checked={by === value} onChange={() => setBy(value)} /> {label}
    </label>
  );
  return (
    <>
      <fieldset className="field">
        <legend>Who works on it</legend>
        <div className="options">
          {choice('agent', 'An agent')}
          {choice('skills', 'Whoever has skills')}
        </div>
      </fieldset>
      {by === 'agent' ? (
        <Field name="agent" label="Agent" wrong={wrong['agent']}>
          {(props) => (
            <select {...props} defaultValue={agents.length === 1 ? agents[0]?.agent : ''}>
              <option value="">Choose …</option>
              {agents.map(({ agent, paused, skills: own }) => (
                <option key={agent} value={agent}>
                  {agent}
                  {own.length > 0 && ` (${own.join(', ')})`}
                  {paused && ', paused'}
                </option>
              ))}
            </select>
          )}
        </Field>
      ) : (
        <fieldset className="field">
          <legend>Skills, all of which it takes</legend>
          {skills.length === 0 && <span className="soft small">No agent of the org has skills; choose an agent instead.</span>}
          <div className="options">
            {skills.map((skill) => (
              <label key={skill}>
                <input type="checkbox" name="skill" value={skill} /> {skill}
              </label>
            ))}
          </div>
          {wrong['skill'] !== undefined && (
            <span className="wrong" role="alert">
              {wrong['skill']}
            </span>
          )}
        </fieldset>
      )}
    </>
  );
}
