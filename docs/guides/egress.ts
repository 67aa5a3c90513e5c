import { Agent, Egress, EgressPolicy, type Fleet, Model, ModelDeployment, Org, Run, Secret, WorkerRuntime } from '../../index.ts';

export default function egress(fleet: Fleet): Org {
  const org = new Org(fleet, 'egress');
  const key = Secret.external(org, 'anthropic', 'api-key');
  const model = new Model(org, 'fast', { deployments: [ModelDeployment.anthropic('claude-haiku-4-5', { key })] });

  // #region policy
  const packages = new EgressPolicy(org, 'packages', {
    allow: [
      Egress.host('registry.npmjs.org', { reason: 'npm packages' }),
      Egress.host('pythonhosted.org', { depth: 'one', reason: 'Python packages' }),
      Egress.host('old-mirror.example.com', { reason: 'until the packages have moved', owner: 'platform', expires: '2030-06-30' }),
    ],
  });
  // #endregion

  // #region agent
  new Agent(org, 'builder', {
    runtime: WorkerRuntime.reference(),
    run: Run.service(),
    models: { primary: model },
    egress: [packages, Egress.host('status.example.com', { reason: 'where it reports to' })],
    instructions: 'Keep the dependencies up to date.',
  });
  // #endregion

  return org;
}
