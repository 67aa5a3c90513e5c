import {
  Agent,
  Budget,
  Cpu,
  Duration,
  Editor,
  Egress,
  EgressPolicy,
  Exposure,
  type Fleet,
  Memory,
  MemoryStore,
  Model,
  ModelDeployment,
  Org,
  Run,
  Secret,
  Size,
  Tool,
  ToolPlacement,
  ToolRegistry,
  usd,
  WorkerRuntime,
  Workspace,
} from '../constructs/index.ts';

const PEOPLE = ['ada', 'grace', 'linus'];

/** A lab: a coding agent with an editor and a workspace for each person, and sandboxes for what nobody trusts. */
export default function lab(fleet: Fleet): Org {
  const org = new Org(fleet, 'lab', { budget: Budget.perDay(usd(90)), owner: 'research' });
  const key = Secret.external(org, 'anthropic', 'api-key');
  const model = new Model(org, 'coder', { deployments: [ModelDeployment.anthropic('claude-sonnet-4-5', { key })] });
  const code = new EgressPolicy(org, 'code', {
    allow: [
      Egress.host('github.com', { reason: 'clone and push over HTTPS' }),
      Egress.host('githubusercontent.com', { depth: 'any', reason: 'files of releases' }),
    ],
  });
  // #region files
  const files = new Tool(org, 'files', {
    server: ToolRegistry.of(org).npm('filesystem', { args: ['/workspace'] }),
    placement: ToolPlacement.sidecar({ workspace: true }),
    traits: ['private-data'],
  });
  // #endregion
  const notes = new Memory(org, 'notes', {
    store: MemoryStore.postgres({
      pods: { namespace: 'databases', labels: { 'cnpg.io/cluster': 'lab' } },
      port: 5432,
      url: Secret.sops(org, 'notes-url', 'url'),
    }),
    ttl: Duration.days(90),
  });

  for (const person of PEOPLE) {
    new Agent(org, person, {
      runtime: WorkerRuntime.claudeCode({
        isolation: 'gvisor',
        editor: Editor.codeServer(),
        resources: { cpu: Cpu.cores(1), memory: Size.gibibytes(4), ephemeralStorage: Size.gibibytes(4) },
      }),
      run: Run.service({ expose: Exposure.signedIn({ groups: [`lab-${person}`] }) }),
      models: { primary: model },
      tools: [files],
      memory: notes,
      workspace: Workspace.volume({ size: Size.gibibytes(20), initialFiles: { 'README.md': `The workspace of ${person}.\n` } }),
      egress: [code],
      budget: Budget.perDay(usd(20)),
    });
  }

  new Agent(org, 'scratch', {
    runtime: WorkerRuntime.goose({ isolation: 'gvisor' }),
    run: Run.sandbox({ warm: 1 }),
    models: { primary: model },
    workspace: Workspace.scratch(Size.gibibytes(2)),
    budget: Budget.perDay(usd(10)),
  });
  return org;
}
