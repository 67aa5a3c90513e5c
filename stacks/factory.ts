import {
  Agent,
  ApiAccess,
  BrokeredSecret,
  Budget,
  Cpu,
  Duration,
  Egress,
  EgressPolicy,
  type Fleet,
  Guardrail,
  McpServer,
  Model,
  ModelCache,
  ModelDeployment,
  Org,
  Persona,
  Replicas,
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

/** A software factory: from an idea to a deployed service, by agents with one job each. */
export default function factory(fleet: Fleet): Org {
  const org = new Org(fleet, 'factory', {
    budget: Budget.perDay(usd(150)),
    owner: 'engineering',
    quota: {
      cpu: Cpu.cores(64),
      memory: Size.gibibytes(128),
      ephemeralStorage: Size.gibibytes(256),
      storage: Size.gibibytes(300),
      pods: 120,
    },
    gateway: { guardrails: [Guardrail.secrets(), Guardrail.topics('people', ['salary', 'dismissal'])] },
  });
  const models = addModels(org);
  const tools = addTools(org);
  const professional = new Persona(org, 'professional', {
    tone: 'brief and factual',
    language: 'en',
    rules: ['Say what you do not know.'],
    never: ['Never invent a requirement.'],
  });
  addThinkers(org, models, tools, professional);
  addMakers(org, models, tools, professional);
  addOperators(org, models, tools);
  return org;
}

type Models = ReturnType<typeof addModels>;
type Tools = ReturnType<typeof addTools>;

// oxlint-disable-next-line eslint/max-params -- what all of them share
function addThinkers(org: Org, { strong, fast }: Models, { tickets }: Tools, persona: Persona): void {
  const thinker = (id: string, dollarsPerDay: number, instructions: string) =>
    new Agent(org, id, {
      runtime: WorkerRuntime.reference(),
      run: Run.job({ deadline: Duration.minutes(30), retries: 1 }),
      models: { primary: strong, summarization: fast },
      persona,
      tools: [tickets],
      instructions,
      budget: Budget.perDay(usd(dollarsPerDay)),
    });
  thinker('analyst', 10, 'Turn an idea into questions, then into a specification that a customer can confirm.');
  thinker('product-owner', 5, 'Order the backlog by value. Accept or reject what is delivered.');
  thinker('architect', 10, 'Choose the simplest architecture that meets the specification.');
  thinker('lead', 10, 'Split the specification into tasks that one developer ends in a day.');
}

// oxlint-disable-next-line eslint/max-params -- what all of them share
function addMakers(
  org: Org,
  { strong, fast }: Models,
  { github, packages, tickets, repository, tests }: Tools,
  professional: Persona,
): void {
  new Agent(org, 'developer', {
    runtime: WorkerRuntime.claudeCode({
      isolation: 'gvisor',
      resources: { cpu: Cpu.cores(1), memory: Size.gibibytes(4), ephemeralStorage: Size.gibibytes(8) },
      setup: ['git config --global user.name "Factory developer"', 'git config --global user.email developer@factory.example.com'],
    }),
    run: Run.pool({ max: 8, tasksPerWorker: 2 }),
    models: { primary: strong, toolCalling: fast },
    tools: [repository, tickets],
    brokered: [github],
    egress: [packages],
    workspace: Workspace.scratch(Size.gibibytes(8)),
    instructions: 'Implement the task with tests, on a branch of its own, and open a pull request.',
    budget: Budget.perDay(usd(60)),
    rateLimit: { requestsPerMinute: 120 },
  });
  new Agent(org, 'reviewer', {
    runtime: WorkerRuntime.reference(),
    run: Run.service({ replicas: Replicas.onCpu({ min: 1, max: 4 }) }),
    models: { primary: strong },
    persona: new Persona(org, 'strict-reviewer', {
      extends: [professional],
      tone: 'strict but kind',
      expertise: ['code review', 'security'],
    }),
    tools: [tickets],
    brokered: [github],
    instructions: 'Review each pull request. Approve it, or say what must change and why.',
    budget: Budget.perDay(usd(20)),
  });
  new Agent(org, 'tester', {
    runtime: WorkerRuntime.shell({ command: ['make', 'test'], isolation: 'gvisor' }),
    run: Run.job({ deadline: Duration.minutes(45) }),
    tools: [tests],
    egress: [packages],
    workspace: Workspace.scratch(Size.gibibytes(8)),
  });
}

function addOperators(org: Org, { strong, fast }: Models, { playbooks, tickets }: Tools): void {
  new Agent(org, 'devops', {
    runtime: WorkerRuntime.codex({ hooks: { preStop: ['/fleetwright/worker', 'drain'] } }),
    run: Run.job({ deadline: Duration.hours(2) }),
    models: { primary: strong },
    tools: [playbooks, tickets],
    apiAccess: [ApiAccess.to(['deployments'], { group: 'apps', verbs: ['get', 'list'], reason: 'to see whether a roll-out ended' })],
    instructions: 'Deploy what was accepted. Roll back when the health check fails.',
    budget: Budget.perDay(usd(10)),
  });
  const dns = new BrokeredSecret(org, 'dns', {
    secret: Secret.external(org, 'dns-token', 'token'),
    host: 'dns.example.com',
    header: 'X-Auth-Token',
    prefix: '',
  });
  new Agent(org, 'quartermaster', {
    runtime: WorkerRuntime.reference(),
    run: Run.service(),
    models: { primary: strong, summarization: fast },
    tools: [tickets],
    brokered: [dns],
    guardrails: [Guardrail.pattern('handle-only', /BEGIN [A-Z ]*KEY/)],
    instructions: 'Hand out resource handles. Never print a value.',
    budget: Budget.perDay(usd(5)),
  });
}

function addModels(org: Org): { strong: Model; fast: Model } {
  const anthropic = Secret.external(org, 'anthropic', 'api-key');
  const openai = Secret.external(org, 'openai', 'api-key');
  const fast = new Model(org, 'fast', {
    deployments: [
      ModelDeployment.anthropic('claude-haiku-4-5', {
        key: anthropic,
        weight: 2,
        price: { inputPerMillion: usd(1), outputPerMillion: usd(5) },
      }),
      ModelDeployment.openai('gpt-5-mini', { key: openai, price: { inputPerMillion: usd(0.25), outputPerMillion: usd(2) } }),
    ],
    cache: ModelCache.redis({ ttl: Duration.minutes(10) }),
  });
  const strong = new Model(org, 'strong', {
    deployments: [
      ModelDeployment.azure('gpt-5', {
        key: Secret.external(org, 'azure', 'api-key'),
        host: 'factory.openai.azure.com',
        apiVersion: '2025-04-01-preview',
        region: 'swedencentral',
        rpm: 600,
      }),
      ModelDeployment.anthropic('claude-opus-4-5', { key: anthropic, region: 'us', tpm: 400_000 }),
    ],
    regions: ['swedencentral', 'us'],
    fallbacks: [fast],
    timeout: Duration.minutes(10),
  });
  return { strong, fast };
}

function addTools(org: Org) {
  const github = new BrokeredSecret(org, 'github', { secret: Secret.external(org, 'github-token', 'token'), host: 'api.github.com' });
  const packages = new EgressPolicy(org, 'packages', {
    allow: [
      Egress.host('registry.npmjs.org', { reason: 'npm packages' }),
      Egress.host('pythonhosted.org', { depth: 'one', reason: 'Python packages' }),
      Egress.host('pypi.org', { reason: 'the index of Python packages' }),
    ],
  });
  const tickets = new Tool(org, 'tickets', {
    server: McpServer.remote('https://mcp.tickets.example.com/mcp', {
      headers: [{ name: 'Authorization', value: Secret.external(org, 'tickets-token', 'authorization') }],
    }),
    allow: ['create_ticket', 'get_ticket', 'list_tickets', 'update_ticket'],
    traits: ['private-data', 'external-write'],
  });
  const repository = new Tool(org, 'repository', {
    server: McpServer.stdio('mcp-git', { command: ['mcp-git', '--root', '/workspace'] }),
    placement: ToolPlacement.sidecar({ workspace: true }),
    traits: ['private-data'],
  });
  const tests = new Tool(org, 'tests', {
    server: ToolRegistry.of(org).npm('filesystem', { args: ['/workspace'] }),
    placement: ToolPlacement.sidecar({ workspace: true }),
    allow: ['list_directory', 'read_text_file'],
  });
  const playbooks = new Tool(org, 'playbooks', {
    server: McpServer.http('mcp-ansible'),
    placement: ToolPlacement.service({ replicas: Replicas.onCpu({ min: 1, max: 3 }) }),
    allow: ['list_playbooks', 'run_playbook'],
    traits: ['external-write'],
    env: { ANSIBLE_PRIVATE_KEY_FILE: '/etc/secrets/deploy-key/id_ed25519' },
    secrets: [Secret.sops(org, 'deploy-key', 'id_ed25519')],
    egress: [Egress.host('deploy.example.com', { ports: [22], reason: 'the hosts that services run on', owner: 'infrastructure' })],
  });
  return { github, packages, tickets, repository, tests, playbooks };
}
