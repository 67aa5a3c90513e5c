import { describe, expect, it } from 'vitest';
import { type Manifest, McpServer, Memory, MemoryStore, Org, Secret, Tool } from '../constructs/index.ts';
import { aBroker, aFleet, anAgent, anEnvironment, aSecret, aTool } from '../test/builders.ts';
import { judgeTree } from './index.ts';
import { fixesOf, judgeObjects, judgeOrg, saysOf } from './testing.ts';

describe('sealed-secret', () => {
  const encrypted = 'ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]';
  const judgeFile = (metadata: object, sops: object | undefined, ...secretTemplates: object[]) => {
    const manifest = {
      apiVersion: 'isindir.github.com/v1alpha3',
      kind: 'SopsSecret',
      metadata: { annotations: { 'argocd.argoproj.io/sync-wave': '-10' }, name: 'token', ...metadata },
      ...(sops && { sops }),
      spec: { secretTemplates },
    };
    return judgeOrg((org) => Secret.sops(org, 'token', 'value'), undefined, { sealed: { 'acme.token': manifest } });
  };
  const judge = (metadata: object, ...secretTemplates: object[]) => judgeFile(metadata, { mac: encrypted }, ...secretTemplates);

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

  it.each([
    `${encrypted} hunter2`,
    `hunter2 ${encrypted}`,
    'ENC[AES256_GCM,data:,] hunter2',
    'ENC[AES256_GCM,data:aHVudGVyMg==]',
    `${encrypted}\n`,
  ])('takes %j for clear text', (value) => {
    expect(saysOf('sealed-secret', judge({ namespace: 'acme' }, { name: 'token', stringData: { value } }))).toEqual([
      "'spec.secretTemplates[0].stringData.value' must be encrypted in environments/secrets/test/acme.token.yaml: it holds clear text",
    ]);
  });

  it.each([undefined, {}, { mac: '' }, { mac: 'ENC[AES256_GCM,data:,]' }])('asks for the checksum of sops: %j', (sops) => {
    const template = { name: 'token', stringData: { value: encrypted } };
    expect(saysOf('sealed-secret', judgeFile({ namespace: 'acme' }, sops, template))).toEqual([
      "'sops.mac' must be the checksum of sops in environments/secrets/test/acme.token.yaml",
    ]);
  });

  it('makes no Secret but that of its handle, and no token', () => {
    const stringData = { value: encrypted };
    const type = 'kubernetes.io/service-account-token';
    const findings = judge({ namespace: 'acme' }, { name: 'token', stringData, type }, { name: 'digest-credentials', stringData });
    expect(saysOf('sealed-secret', findings)).toEqual([
      `'spec.secretTemplates[0].type' must not ask for a token of the Kubernetes API in environments/secrets/test/acme.token.yaml, got '${type}'`,
      "'spec.secretTemplates[1]' must be the only template in environments/secrets/test/acme.token.yaml, got 'digest-credentials'",
    ]);
  });

  it('guesses which file is meant', () => {
    const sealed = { 'acme.tokn': { apiVersion: 'isindir.github.com/v1alpha3', kind: 'SopsSecret', metadata: { name: 'tokn' } } };
    const findings = judgeOrg((org) => Secret.sops(org, 'token', 'value'), undefined, { sealed });
    expect(fixesOf('sealed-secret', findings)).toEqual([
      "write a SopsSecret and encrypt it: sops encrypt --in-place environments/secrets/test/acme.token.yaml; or did you mean 'acme.tokn.yaml'?",
    ]);
  });
});

describe('sealed-source', () => {
  const sealed = {
    apiVersion: 'isindir.github.com/v1alpha3',
    kind: 'SopsSecret',
    metadata: { name: 'token', namespace: 'acme' },
    spec: {},
  };
  const judge = (manifest: Manifest) =>
    saysOf('sealed-source', judgeObjects([manifest], aFleet(anEnvironment({ sealed: { 'acme.token': sealed } }))));

  it('lets pass what the environment holds, and nothing that looks like it', () => {
    expect(judge(sealed)).toEqual([]);
    expect(judge({ ...sealed })).toHaveLength(1);
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
