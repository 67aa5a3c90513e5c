import { describe, expect, it } from 'vitest';
import { McpServer, Memory, MemoryStore, ModelDeployment, ToolPlacement } from '../../constructs/index.ts';
import { aBroker, aModel, anAgent, anEgressPolicy, anIntent, anOrg, aSecret, aTool } from '../../test/builders.ts';
import { egressClients } from './egress-intents.ts';

const summary = (org: ReturnType<typeof anOrg>) =>
  egressClients(org).map(
    ({ id, intents }) => `${id}: ${intents.map(({ host, depth, ports }) => `${host} ${depth} ${ports.join(',')}`).join('; ')}`,
  );

describe('the clients of the way out', () => {
  it('are nobody in an org that needs nothing', () => {
    const org = anOrg();
    anAgent(org);
    aTool(org);
    expect(egressClients(org)).toEqual([]);
  });

  it('are agents with their own hosts and those of their sidecars', () => {
    const org = anOrg();
    const sidecar = aTool(org, 'fetch', { egress: [anIntent('fetch.example.org')], placement: ToolPlacement.sidecar() });
    const service = aTool(org, 'shared', { egress: [anIntent('shared.example.org')] });
    anAgent(org, 'ada', { egress: [anIntent(), anEgressPolicy(org)], tools: [sidecar, service] });
    expect(summary(org)).toEqual([
      'shared: shared.example.org exact 443',
      'ada: api.example.org exact 443; docs.example.org exact 443; fetch.example.org exact 443',
    ]);
  });

  it("are agents with their memory's bucket", () => {
    const org = anOrg();
    const store = MemoryStore.s3({ bucket: 'notes', credentials: aSecret(org), endpoint: 's3.example.org' });
    anAgent(org, 'ada', { memory: new Memory(org, 'notes', { store }) });
    expect(summary(org)).toEqual(['ada: s3.example.org exact 443']);
    expect(egressClients(org)[0]?.intents[0]?.reason).toBe("its memory 'notes' is in bucket 'notes'");
  });

  it('are the guards of remote tools, brokers, and the gateway with all its providers once', () => {
    const org = anOrg();
    aTool(org, 'far', { server: McpServer.remote('https://mcp.example.org/mcp') });
    aBroker(org);
    const key = aSecret(org, 'key');
    const deployments = [
      ModelDeployment.openai('a', { key }),
      ModelDeployment.anthropic('b', { key }),
      ModelDeployment.openai('c', { key }),
    ];
    aModel(org, 'smart', { deployments });
    expect(summary(org)).toEqual([
      'gateway: api.anthropic.com exact 443; api.openai.com exact 443',
      'far: mcp.example.org exact 443',
      'github: api.github.com exact 443',
    ]);
  });
});
