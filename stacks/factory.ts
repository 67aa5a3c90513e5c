import {
  Agent,
  type AgentProps,
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
  Pipeline,
  Replicas,
  Run,
  Secret,
  Size,
  Tool,
  ToolPlacement,
  Trigger,
  usd,
  WorkerRuntime,
  Workspace,
} from '../constructs/index.ts';

/** The product that the factory works on. Only the integrator's token may push to its branch `main`: the Git host sees to that. */
const PRODUCT = 'https://github.com/example/product.git';

/** A software factory: from an idea to a program that is tested, reviewed and merged, by agents with one job each. */
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
  const thinkers = addThinkers(org, models, tools, professional);
  const makers = addMakers(org, models, tools, professional);
  addTriggers(org, addPipeline(org, { ...thinkers, ...makers }));
  addOperators(org, models, tools);
  return org;
}

type Models = ReturnType<typeof addModels>;
type Tools = ReturnType<typeof addTools>;
type Team = ReturnType<typeof addThinkers> & ReturnType<typeof addMakers>;

// #region pipeline
/** From an idea to a merge. What fails goes back to a developer as a sub-task, and not more often than the limits say. */
function addPipeline(org: Org, { analyst, architect, tester, reviewer, integrator }: Team): Pipeline {
  // What has a budget of its own leaves the rest of the org's to others, so that several run at the same time.
  const budget = Budget.perTask(usd(5));
  return new Pipeline(org, 'idea', {
    steps: [
      { id: 'specify', by: analyst, title: 'Specify', budget },
      { id: 'build', by: architect, title: 'Build', budget, needs: ['specify'], subTasks: { count: 8, parallel: 4 } },
      { id: 'test', by: tester, title: 'Test', budget, needs: ['specify', 'build'], subTasks: { count: 3 } },
      { id: 'review', by: reviewer, title: 'Review', budget, needs: ['specify', 'test'], subTasks: { count: 2 } },
      {
        id: 'merge',
        by: integrator,
        title: 'Merge',
        budget,
        needs: ['review'],
        approval: { reason: 'Merge the reviewed branch into main?' },
      },
    ],
  });
}
// #endregion

// #region triggers
/** What starts the pipeline without a person: an issue that is labelled so, and the first morning of a quarter. */
function addTriggers(org: Org, idea: Pipeline): void {
  Trigger.github(org, 'ideas', {
    start: idea,
    title: 'Build what an issue asks for',
    secret: Secret.external(org, 'github-hook', 'secret'),
    events: ['issues.labeled'],
    when: 'data.label.name == "idea" && data.issue.state == "open"',
    input: { idea: 'data.issue.title', details: 'data.issue.body', issue: 'data.issue.number' },
  });
  Trigger.cron(org, 'upkeep', '0 6 1 1,4,7,10 *', {
    start: idea,
    title: 'Quarterly upkeep',
    timeZone: 'Europe/Berlin',
    input: { idea: 'Bring all dependencies up to date, and remove code that nothing uses.' },
  });
}
// #endregion

// oxlint-disable-next-line eslint/max-params -- what all of them share
function addThinkers(org: Org, { strong, fast }: Models, { tickets }: Tools, persona: Persona) {
  const thinker = (id: string, instructions: string) =>
    new Agent(org, id, {
      runtime: WorkerRuntime.reference(),
      // It waits for others, and goes on where it was: the workspace keeps the conversation.
      run: Run.pool({ max: 1 }),
      models: { primary: strong, summarization: fast },
      persona,
      tools: [tickets],
      workspace: Workspace.volume({ size: Size.gibibytes(1) }),
      instructions,
      budget: Budget.perDay(usd(10)),
    });
  return {
    analyst: thinker(
      'analyst',
      'Turn the idea into a specification of at most ten requirements that can be tested. Ask a person what is unclear.',
    ),
    architect: thinker(
      'architect',
      'Choose the simplest architecture that meets the specification. Create one task for the agent `developer` for each part, each with a branch ' +
        'of its own that begins with `work/`; the parts are made at the same time. Wait for all of them. Your result lists their `branches`.',
    ),
  };
}

// oxlint-disable-next-line eslint/max-params -- what all of them share
function addMakers(org: Org, { strong, fast }: Models, { github, release, packages }: Tools, professional: Persona) {
  const resources = { cpu: Cpu.cores(1), memory: Size.gibibytes(2), ephemeralStorage: Size.gibibytes(2) };
  const maker = (id: string, budget: Budget, props: Pick<AgentProps, 'instructions'> & Partial<AgentProps>) =>
    new Agent(org, id, {
      runtime: WorkerRuntime.reference({ commands: ['git', 'node'], isolation: 'gvisor', resources }),
      run: Run.pool({ max: 1 }),
      models: { primary: strong, toolCalling: fast },
      persona: professional,
      repository: PRODUCT,
      brokered: [github],
      egress: [packages],
      workspace: Workspace.volume({ size: Size.gibibytes(8) }),
      budget,
      ...props,
    });
  return {
    developer: maker('developer', Budget.perTask(usd(5)), {
      run: Run.pool({ max: 8, tasksPerWorker: 2 }),
      workspace: Workspace.scratch(Size.gibibytes(8)),
      rateLimit: { requestsPerMinute: 120 },
      skills: ['javascript'],
      instructions: 'Do the task with tests of its own, on the branch that it names, and push that branch. Your result names the `branch`.',
    }),
    tester: maker('tester', Budget.perDay(usd(15)), {
      instructions:
        'Merge the branches into `candidate/<run>`, add a test for each requirement, and run all tests with `node --test`. What fails goes to the ' +
        'agent `developer` as a task with the branch and the output; wait for it, merge, and run the tests again. Push the branch when they pass; ' +
        'your result names it as `branch`.',
    }),
    reviewer: maker('reviewer', Budget.perDay(usd(15)), {
      persona: new Persona(org, 'strict-reviewer', {
        extends: [professional],
        tone: 'strict but kind',
        expertise: ['code review', 'security'],
      }),
      instructions:
        'Review what the branch changes. What must change goes to the agent `developer` as a task that names the branch, and why; wait for it, and ' +
        'look again. Approve only what you have seen pass its tests; your result has `approved`, `branch` and `commit`.',
    }),
    integrator: maker('integrator', Budget.perDay(usd(5)), {
      brokered: [release],
      instructions: 'Merge the approved commit into `main`, run all tests, and push `main` if they pass. Merge nothing else.',
    }),
  };
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
  // Basic authentication, as Git has it.
  const gitHost = (id: string) =>
    new BrokeredSecret(org, id, { secret: Secret.external(org, `${id}-token`, 'basic'), host: 'github.com', prefix: 'Basic ' });
  const github = gitHost('github');
  const release = gitHost('release');
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
  const playbooks = new Tool(org, 'playbooks', {
    server: McpServer.http('mcp-ansible'),
    placement: ToolPlacement.service({ replicas: Replicas.onCpu({ min: 1, max: 3 }) }),
    allow: ['list_playbooks', 'run_playbook'],
    traits: ['external-write'],
    env: { ANSIBLE_PRIVATE_KEY_FILE: '/etc/secrets/deploy-key/id_ed25519' },
    secrets: [Secret.sops(org, 'deploy-key', 'id_ed25519')],
    egress: [Egress.host('deploy.example.com', { ports: [22], reason: 'the hosts that services run on', owner: 'infrastructure' })],
  });
  return { github, release, packages, tickets, playbooks };
}
