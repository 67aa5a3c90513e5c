/** What must not compile. `tsc` reads this file; nothing runs it. */
import {
  Agent,
  Budget,
  Egress,
  Exposure,
  type Fleet,
  McpServer,
  Memory,
  type Model,
  ModelDeployment,
  Org,
  Persona,
  Replicas,
  Run,
  type Secret,
  Tool,
  ToolPlacement,
  usd,
  WorkerRuntime,
} from './index.ts';

declare const fleet: Fleet;
declare const org: Org;
declare const secret: Secret;
declare const model: Model;
declare const persona: Persona;
const run = Run.job();
const runtime = WorkerRuntime.reference();

// @ts-expect-error -- an org's budget is not for a task
new Org(fleet, 'x', { budget: Budget.perTask(usd(1)) });
// @ts-expect-error -- an org stands in a fleet
new Org(org, 'x');
// @ts-expect-error -- a part stands in an org
new Persona(fleet, 'x', {});
// @ts-expect-error -- an agent has a runtime
new Agent(org, 'x', { run });
// @ts-expect-error -- an agent runs somehow
new Agent(org, 'x', { runtime });
// @ts-expect-error -- objects refer to objects, never by name
new Agent(org, 'x', { runtime, run, tools: ['fetch'] });
// @ts-expect-error -- a persona is not a memory
new Agent(org, 'x', { runtime, run, memory: persona });
// @ts-expect-error -- a value is not a secret
new Agent(org, 'x', { runtime, run, secrets: ['hunter2'] });
// @ts-expect-error -- a budget has a currency
new Agent(org, 'x', { runtime, run, budget: Budget.perTask(0.5) });
// @ts-expect-error -- models are named by what they are for
new Agent(org, 'x', { runtime, run, models: model });
// @ts-expect-error -- a misspelt prop
new Agent(org, 'x', { runtime, run, personna: persona });
// @ts-expect-error -- a job has no replicas
Run.job({ replicas: Replicas.fixed(2) });
// @ts-expect-error -- a schedule cannot be exposed
Run.schedule('* * * * *', { expose: Exposure.signedIn() });
// @ts-expect-error -- a pool has an upper end
Run.pool({ min: 1 });
// @ts-expect-error -- being public has a reason
Exposure.public();
// @ts-expect-error -- a remote tool has no placement
new Tool(org, 'x', { server: McpServer.remote('https://a.example/mcp'), placement: ToolPlacement.sidecar() });
// @ts-expect-error -- a remote tool mounts no secrets; its headers do
new Tool(org, 'x', { server: McpServer.remote('https://a.example/mcp'), secrets: [secret] });
// @ts-expect-error -- a sidecar has no replicas
ToolPlacement.sidecar({ replicas: Replicas.fixed(2) });
// @ts-expect-error -- nobody sees methods inside TLS
Egress.host('a.example', { reason: 'x', methods: ['GET'] });
// @ts-expect-error -- egress has a reason
Egress.host('a.example', {});
// @ts-expect-error -- an Azure deployment has a host
ModelDeployment.azure('x', { key: secret, apiVersion: '1' });
// @ts-expect-error -- a key is a handle
ModelDeployment.openai('x', { key: 'sk-…' });
// @ts-expect-error -- a memory has a store
new Memory(org, 'x', {});
// @ts-expect-error -- an isolation that does not exist
WorkerRuntime.reference({ isolation: 'docker' });
// @ts-expect-error -- value classes are made by their factories
new Run({ kind: 'job' });
// @ts-expect-error -- what a construct holds does not change
new Persona(org, 'x', {}).tone = 'loud';
