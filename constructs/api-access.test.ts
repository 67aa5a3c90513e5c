import { describe, expect, it } from 'vitest';
import { ApiAccess, type ApiVerb } from './index.ts';

const reason = 'to see roll-outs';
const to = (resource: string, verb: string, group = '') => ApiAccess.to([resource], { group, reason, verbs: [verb as ApiVerb] });

describe('ApiAccess', () => {
  it.each([
    'secrets',
    'secrets/status',
    'pods/attach',
    'pods/ephemeralcontainers',
    'pods/exec',
    'pods/portforward',
    'pods/proxy',
    'services/proxy',
    'nodes/proxy',
    'serviceaccounts/token',
    'users',
    'groups',
    'uids',
  ])('gives no way to secrets or more rights through %s', (resource) => {
    expect(() => to(resource, 'get')).toThrow(
      `ApiAccess.to: 'resources' must not give a way to secrets or to more rights, got '${resource}' [FW_INVALID_VALUE]`,
    );
  });

  it.each(['rbac.authorization.k8s.io', 'authentication.k8s.io', 'authorization.k8s.io', 'certificates.k8s.io'])(
    'refuses the group %s',
    (group) => expect(() => to('things', 'get', group)).toThrow(`must not give a way to secrets or to more rights, got '${group}'`),
  );

  it.each([
    ['', 'pods', 'create'],
    ['', 'pods', 'patch'],
    ['', 'pods/status', 'patch'],
    ['', 'podtemplates', 'update'],
    ['', 'replicationcontrollers', 'create'],
    ['', 'configmaps', 'update'],
    ['', 'services', 'patch'],
    ['', 'endpoints', 'create'],
    ['', 'namespaces', 'patch'],
    ['', 'resourcequotas', 'delete'],
    ['', 'serviceaccounts', 'create'],
    ['apps', 'deployments', 'patch'],
    ['apps', 'deployments', 'create'],
    ['apps', 'daemonsets', 'create'],
    ['batch', 'jobs', 'create'],
    ['batch', 'cronjobs', 'patch'],
    ['extensions', 'ingresses', 'create'],
    ['networking.k8s.io', 'networkpolicies', 'delete'],
    ['gateway.networking.k8s.io', 'httproutes', 'create'],
    ['discovery.k8s.io', 'endpointslices', 'create'],
    ['agents.x-k8s.io', 'sandboxes', 'create'],
    ['external-secrets.io', 'externalsecrets', 'create'],
    ['generators.external-secrets.io', 'passwords', 'create'],
    ['isindir.github.com', 'sopssecrets', 'update'],
    ['keda.sh', 'scaledjobs', 'create'],
    ['argoproj.io', 'rollouts', 'create'],
    ['vault.example.com', 'vaultsecrets', 'create'],
  ])('lets %j/%s be read only, not %s', (group, resource, verb) => {
    expect(() => to(resource, verb, group)).toThrow(
      `'resources' must only be read, as who may ${verb} them may run pods, reach secrets or open the org, got '${resource}'`,
    );
    expect(to(resource, 'watch', group).resources).toEqual([resource]);
  });

  it.each([
    ['', 'pods', 'delete'],
    ['', 'pods/eviction', 'create'],
    ['', 'pods/log', 'get'],
    ['', 'persistentvolumeclaims', 'create'],
    ['apps', 'deployments/scale', 'patch'],
    ['coordination.k8s.io', 'leases', 'update'],
    ['shop.example.com', 'orders', 'create'],
  ])('may give %j/%s to %s', (group, resource, verb) => expect(to(resource, verb, group).verbs).toEqual([verb]));

  it.each(['*', 'impersonate', 'gett', 'deletecollection'])('refuses the verb %j', (verb) => {
    expect(() => to('pods', verb)).toThrow(
      `'verbs' must be one of 'create', 'delete', 'get', 'list', 'patch', 'update', 'watch', got '${verb}'`,
    );
  });

  it.each(['*', 'Pods', ''])('refuses the resource %j', (resource) => {
    expect(() => to(resource, 'get')).toThrow("'resources' must be plural names such as 'pods' or 'pods/log', without '*'");
  });

  it.each(['*', 'Apps', '-x'])('refuses the group %j', (group) => {
    expect(() => to('pods', 'get', group)).toThrow("'group' must be an API group such as 'apps'");
  });

  it('wants a verb and a reason', () => {
    expect(() => ApiAccess.to(['pods'], { verbs: [], reason })).toThrow("'verbs' must name at least one verb");
    expect(() => ApiAccess.to(['pods'], { verbs: ['get'], reason: '' })).toThrow("'reason' must say why it is needed");
  });
});
