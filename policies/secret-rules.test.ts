import { describe, expect, it } from 'vitest';
import { McpServer, Memory, MemoryStore, Org, Secret, Tool } from '../constructs/index.ts';
import { aBroker, aFleet, anAgent, anEnvironment, aSecret, aTool } from '../test/builders.ts';
import { judgeTree } from './index.ts';
import { fixesOf, judgeOrg, saysOf } from './testing.ts';

describe('sealed-secret', () => {
  const encrypted = 'ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]';
  const judge = (metadata: object, ...secretTemplates: object[]) => {
    const manifest = {
      apiVersion: 'isindir.github.com/v1alpha3',
      kind: 'SopsSecret',
      metadata: { annotations: { 'argocd.argoproj.io/sync-wave': '-10' }, name: 'token', ...metadata },
      spec: { secretTemplates },
    };
    return judgeOrg((org) => Secret.sops(org, 'token', 'value'), undefined, { sealed: { 'acme.token': manifest } });
  };

  it('asks for the right name and namespace', () => {
    const findings = judge({ name: 'tokens', namespace: 'other' }, { name: 'token', stringData: { value: encrypted } });
    expect(saysOf('sealed-secret', findings)).toEqual([
      "'metadata.name' must be 'token' in environments/secrets/test/acme.token.yaml, got 'tokens'",
      "'metadata.namespace' must be 'acme' in environments/secrets/test/acme.token.yaml, got 'other'",
    ]);
    expect(fixesOf('sealed-secret', findings)[0]).toBe(
      `run: sops set environments/secrets/test/acme.token.yaml '["metadata"]["name"]' '"token"'`,
    );
  });

  it.each([undefined, {}, { 'argocd.argoproj.io/sync-wave': '-5' }])(
    'asks for the wave before those that wait for it: %j',
    (annotations) => {
      const findings = judge({ annotations, namespace: 'acme' }, { name: 'token', stringData: { value: encrypted } });
      expect(saysOf('sealed-secret', findings)).toHaveLength(1);
      expect(fixesOf('sealed-secret', findings)).toEqual([
        `run: sops set environments/secrets/test/acme.token.yaml '["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"]' '"-10"'`,
      ]);
    },
  );

  it.each([
    [[], 'it has templates none'],
    [[{ name: 'other', stringData: { value: encrypted } }], "it has templates 'other'"],
    [[{ data: { key: encrypted }, name: 'token' }], "it has keys 'key'"],
  ])('asks for the key of its handle', (templates, found) => {
    expect(saysOf('sealed-secret', judge({ namespace: 'acme' }, ...templates))).toEqual([
      `'key' must be a key of the template 'token' in environments/secrets/test/acme.token.yaml: ${found}, got 'value'`,
    ]);
  });

  it('never shows clear text', () => {
    const findings = judge({ namespace: 'acme' }, { data: { other: 12_345 }, name: 'token', stringData: { value: 'hunter2' } });
    expect(saysOf('sealed-secret', findings)).toHaveLength(2);
    expect(JSON.stringify(findings)).not.toMatch(/hunter2|12345/);
  });

  it('guesses which file is meant', () => {
    const sealed = { 'acme.tokn': { apiVersion: 'isindir.github.com/v1alpha3', kind: 'SopsSecret', metadata: { name: 'tokn' } } };
    const findings = judgeOrg((org) => Secret.sops(org, 'token', 'value'), undefined, { sealed });
    expect(fixesOf('sealed-secret', findings)).toEqual([
      "write a SopsSecret and encrypt it: sops encrypt --in-place environments/secrets/test/acme.token.yaml; or did you mean 'acme.tokn.yaml'?",
    ]);
  });
});

describe('brokered-secret', () => {
  it('sees every way in which a part mounts a secret', () => {
    const fleet = aFleet(anEnvironment());
    const org = new Org(fleet, 'acme');
    const secret = aSecret(org);
    const broker = aBroker(org, 'broker', { secret });
    const pods = { labels: { app: 'redis' }, namespace: 'data' };
    const memory = new Memory(org, 'memory', { store: MemoryStore.redis({ pods, port: 6379, url: secret }) });
    const remote = McpServer.remote('https://mcp.example.org/mcp', { headers: [{ name: 'X-Key', value: secret }] });
    anAgent(org, 'agent', {
      brokered: [broker],
      memory,
      secrets: [secret],
      tools: [aTool(org, 'tool', { secrets: [secret] }), new Tool(org, 'remote', { server: remote })],
    });
    const found = judgeTree(fleet).filter(({ rule }) => rule === 'brokered-secret');
    expect(found.map(({ path, field }) => `${path} ${field}`)).toEqual([
      'test/acme/agent memory',
      'test/acme/agent secrets',
      'test/acme/remote server.headers',
      'test/acme/tool secrets',
    ]);
    expect(found[1]?.fix).toBe("take it out of 'secrets' and use it through 'brokered: [broker]', or remove the broker");
  });
});
