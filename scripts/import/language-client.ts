import type { Resource } from './resource.ts';
import type { StackPlan } from './stack-plan.ts';

/** Reads the clients of an org: the agents that they let people reach are exposed themselves. Answers with their names. */
export function readClients(plan: StackPlan): ReadonlySet<string> {
  const exposed = new Set<string>();
  for (const client of plan.all('LanguageClient')) readClient(plan, client, exposed);
  return exposed;
}

function readClient(plan: StackPlan, client: Resource, exposed: Set<string>): void {
  const references = client.fields.get('spec', 'agentRefs').items();
  const found = references.filter((reference) => {
    const name = reference.get('name').text() ?? '';
    const agent = plan.findResource('LanguageAgent', name, client.namespace);
    if (agent === undefined) reference.leave(`there is no LanguageAgent '${name}' in the input for this org`);
    else exposed.add(name);
    return agent !== undefined;
  });
  if (found.length === 0) {
    return client.fields.leave(
      'no program for people is run for an org; an agent is exposed by itself: Run.service({ expose: Exposure.signedIn() })',
    );
  }
  client.fields.get('metadata', 'name').leave('no program for people is run for an org');
  for (const reference of found) reference.change('people reach the agent itself, after they have signed in');
  const spec = client.fields.get('spec');
  spec.get('ingress').change("agents have hosts of their own: https://<agent>.<org>.<domain>, by 'cluster.ingress' of the environment");
  spec.get('authentication').change("who signs in is decided by 'cluster.oidc' of the environment");
  for (const key of spec.keys()) {
    if (!['agentRefs', 'authentication', 'ingress'].includes(key)) spec.get(key).leave('no program for people is run for an org');
  }
}
