import type { ReactNode } from 'react';
import type { AgentStatus } from '../../../contract/wire/index.ts';
import type { NamedPipeline } from '../../api/queries.ts';
import { Field } from '../../parts/field.tsx';
import type { Wrong } from './read-form.ts';

/** Who works: an agent by name, whoever has all of some skills, or all whom a pipeline names. */
export type By = 'agent' | 'pipeline' | 'skills';

/** Properties of `Who`. */
export interface WhoProps {
  readonly agents: readonly AgentStatus[];
  readonly pipelines: readonly NamedPipeline[];
  readonly by: By;
  readonly onBy: (by: By) => void;
  readonly wrong: Wrong;
}

/** Who works on it. */
export function Who({ agents, pipelines, by, onBy, wrong }: WhoProps): ReactNode {
  const choice = (value: By, label: string) => (
    <label>
      <input type="radio" name="by" value={value} checked={by === value} onChange={() => onBy(value)} /> {label}
    </label>
  );
  return (
    <>
      <fieldset className="field">
        <legend>Who works on it</legend>
        <div className="options">
          {choice('agent', 'An agent')}
          {choice('skills', 'Whoever has skills')}
          {pipelines.length > 0 && choice('pipeline', 'A pipeline')}
        </div>
      </fieldset>
      {by === 'agent' && <AgentChoice agents={agents} wrong={wrong['agent']} />}
      {by === 'skills' && <SkillChoice agents={agents} wrong={wrong['skill']} />}
      {by === 'pipeline' && <PipelineChoice pipelines={pipelines} wrong={wrong['pipeline']} />}
    </>
  );
}

interface ChoiceProps {
  readonly agents: readonly AgentStatus[];
  readonly wrong: string | undefined;
}

function AgentChoice({ agents, wrong }: ChoiceProps): ReactNode {
  return (
    <Field name="agent" label="Agent" wrong={wrong}>
      {(props) => (
        <select {...props} defaultValue={agents.length === 1 ? agents[0]?.agent : ''}>
          <option value="">Choose …</option>
          {agents.map(({ agent, paused, skills }) => (
            <option key={agent} value={agent}>
              {agent}
              {skills.length > 0 && ` (${skills.join(', ')})`}
              {paused && ', paused'}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function SkillChoice({ agents, wrong }: ChoiceProps): ReactNode {
  const skills = [...new Set(agents.flatMap((agent) => agent.skills))].sort();
  return (
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
      {wrong !== undefined && (
        <span className="wrong" role="alert">
          {wrong}
        </span>
      )}
    </fieldset>
  );
}

/** Each step becomes a task of the agent that it names. */
function PipelineChoice({ pipelines, wrong }: Pick<WhoProps, 'pipelines'> & Pick<ChoiceProps, 'wrong'>): ReactNode {
  return (
    <Field name="pipeline" label="Pipeline" wrong={wrong}>
      {(props) => (
        <select {...props} defaultValue={pipelines.length === 1 ? pipelines[0]?.name : ''}>
          <option value="">Choose …</option>
          {pipelines.map(({ name, steps }) => (
            <option key={name} value={name}>
              {name} ({steps.map(({ id }) => id).join(', ')})
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
