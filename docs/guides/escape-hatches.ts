import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import { Agent, type Fleet, Model, ModelDeployment, Org, Run, Secret, WorkerRuntime } from '../../index.ts';

export default function hatches(fleet: Fleet): Org {
  const org = new Org(fleet, 'escape-hatches');
  const key = Secret.external(org, 'anthropic', 'api-key');
  const model = new Model(org, 'fast', { deployments: [ModelDeployment.anthropic('claude-haiku-4-5', { key })] });

  // #region patch
  const agent = new Agent(org, 'digest', {
    runtime: WorkerRuntime.reference(),
    run: Run.service(),
    models: { primary: model },
    instructions: 'Write a digest.',
  });
  agent.addJsonPatch('Deployment', JsonPatch.add('/spec/template/spec/terminationGracePeriodSeconds', 120));
  // #endregion

  // #region extra
  const extra = new Chart(org, 'extra');
  new ApiObject(extra, 'notes', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'notes', namespace: org.name },
    data: { contact: 'platform@example.com' },
  });
  // #endregion

  return org;
}
