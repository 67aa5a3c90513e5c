import { Agent, type Fleet, Model, ModelDeployment, Org, Persona, Run, Secret, WorkerRuntime } from '../../index.ts';

export default function personas(fleet: Fleet): Org {
  const org = new Org(fleet, 'personas');
  const key = Secret.external(org, 'anthropic', 'api-key');
  const model = new Model(org, 'fast', { deployments: [ModelDeployment.anthropic('claude-haiku-4-5', { key })] });

  // #region personas
  const house = new Persona(org, 'house', {
    tone: 'brief and factual',
    language: 'en',
    rules: ['Say what you do not know.'],
    never: ['Never promise a date.'],
  });
  const reviewer = new Persona(org, 'reviewer', {
    extends: [house],
    tone: 'strict but kind',
    expertise: ['security', 'TypeScript'],
    rules: ['Name the line that you speak of.'],
  });
  // #endregion

  new Agent(org, 'critic', {
    runtime: WorkerRuntime.reference(),
    run: Run.service(),
    models: { primary: model },
    persona: reviewer,
    instructions: 'Review each pull request.',
  });
  return org;
}
