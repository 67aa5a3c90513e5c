import { describe, expect, it } from 'vitest';
import { type Org, Run, Secret, Trigger } from '../../constructs/index.ts';
import { anAgent, anEnvironment, anOrg } from '../../test/builders.ts';
import { renderOrg } from '../org/org.ts';
import { hookSecrets, renderHookSecrets } from './hook-secrets.ts';

function aTrigger(org: Org, id: string, secret: Secret): Trigger {
  const start = org.node.tryFindChild('ada') ?? anAgent(org, 'ada', { run: Run.job() });
  return Trigger.github(org, id, { secret, start: start as ReturnType<typeof anAgent>, title: 'Issue' });
}

describe('the secrets of triggers', () => {
  it('are for the namespace of the dispatcher, and not for that of their org', () => {
    const org = anOrg();
    const secret = Secret.external(org, 'github-hook', 'secret');
    const other = Secret.external(org, 'token', 'value');
    aTrigger(org, 'issues', secret);
    aTrigger(org, 'pushes', secret);
    expect(hookSecrets(org.fleet)).toEqual(
      ['issues', 'pushes'].map((trigger) => ({ objectName: 'hook.acme.github-hook', org: 'acme', secret, trigger })),
    );
    const external = renderOrg(org).filter(({ kind, metadata }) => kind === 'ExternalSecret' && !metadata.name.endsWith('-credentials'));
    expect(external.map(({ metadata }) => metadata.name)).toEqual([other.name]);
    expect(renderHookSecrets(org.fleet, 'fleetwright')).toMatchObject([
      {
        kind: 'ExternalSecret',
        metadata: { name: 'hook.acme.github-hook', namespace: 'fleetwright' },
        spec: {
          data: [{ remoteRef: { key: 'acme/github-hook', property: 'secret' }, secretKey: 'secret' }],
          target: { creationPolicy: 'Owner', name: 'hook.acme.github-hook' },
        },
      },
    ]);
  });

  it('are named by their org, so that none reads what is not its own', () => {
    const org = anOrg();
    aTrigger(org, 'issues', Secret.reference(org, 'hook', 'secret', 'dispatcher-database'));
    expect(hookSecrets(org.fleet).map(({ objectName }) => objectName)).toEqual(['hook.acme.dispatcher-database']);
    expect(renderHookSecrets(org.fleet, 'fleetwright')).toEqual([]);
  });

  it("are somebody else's matter where there is no store", () => {
    const org = anOrg({ environment: anEnvironment({ cluster: { secrets: { credentials: 'existing', sops: true } } }) });
    aTrigger(org, 'issues', Secret.external(org, 'hook', 'secret'));
    expect(renderHookSecrets(org.fleet, 'fleetwright')).toEqual([]);
  });
});
