const FENCE = { task: '0f0e0d0c-0b0a-4908-8706-050403020100', attempt: 1, token: '00010203-0405-4607-8809-0a0b0c0d0e0f' };
const TIME = '2026-11-21T15:04:05.678Z';

/** Messages that version 1.1 added: those that 1.0 did not know. Once 1.1 is out, never edited. */
export const MESSAGES_1_1 = [
  {
    schema: 'Completion',
    message: { fence: FENCE, outcome: 'waiting', wait: { for: 'tasks', tasks: [FENCE.token, FENCE.task], timeoutSeconds: 60 } },
  },
  { schema: 'Completion', message: { fence: FENCE, outcome: 'waiting', wait: { for: 'tasks', tasks: [FENCE.token] } } },
  {
    schema: 'Task',
    message: {
      id: FENCE.task,
      org: 'acme',
      agent: 'coder',
      title: 'Plan',
      state: 'waiting',
      waitsFor: 'tasks',
      priority: 0,
      attempt: 1,
      failures: 0,
      attempts: 3,
      budget: 0,
      cost: 0,
      createdAt: TIME,
      input: null,
    },
  },
  { schema: 'ClaimRequest', message: { agents: ['coder'], task: FENCE.task, waitSeconds: 25 } },
  {
    schema: 'ScheduleRequest',
    message: { tasks: [{ agent: 'coder', title: 'Merge', approval: { reason: 'Merge into main?', timeoutSeconds: 3600 } }] },
  },
  {
    schema: 'Fleet',
    message: {
      contract: '1.1',
      orgs: {
        acme: {
          agents: { coder: { mode: 'pool' } },
          pipelines: {
            idea: {
              steps: [
                { id: 'plan', agent: 'coder', title: 'Plan', instructions: 'Make a plan.', subTasks: { count: 3 } },
                {
                  id: 'merge',
                  skills: ['git'],
                  title: 'Merge',
                  needs: ['plan'],
                  onFailure: 'skip',
                  attempts: 2,
                  deadlineSeconds: 60,
                  budget: 5,
                  approval: { reason: 'Merge into main?', timeoutSeconds: 3600 },
                },
              ],
            },
          },
          triggers: {
            nightly: {
              kind: 'cron',
              pipeline: 'idea',
              title: 'Nightly',
              cron: '0 2 * * *',
              timeZone: 'Europe/Berlin',
              whileRunning: 'Replace',
              suspended: false,
              input: { depth: 1 },
            },
            issues: {
              kind: 'github',
              agent: 'coder',
              title: 'Answer an issue',
              secretFile: '/etc/fleetwright/hooks/acme/issues',
              events: ['issues.opened'],
              when: 'data.issue.state == "open"',
              input: { issue: 'data.issue.number' },
            },
            alarms: {
              kind: 'webhook',
              agent: 'coder',
              title: 'Look into an alarm',
              secretFile: '/etc/fleetwright/hooks/acme/alarms',
              header: 'X-Signature',
              timestampHeader: 'X-Timestamp',
            },
            orders: { kind: 'event', agent: 'coder', title: 'Check an order', type: 'com.example.order', source: '/shop' },
          },
        },
      },
    },
  },
  { schema: 'RunRequest', message: { title: 'A login page', input: { idea: 'x' }, key: 'issue-5' } },
  { schema: 'StartedRun', message: { run: FENCE.task, created: true, tasks: [{ step: 'plan', id: FENCE.token }] } },
  {
    schema: 'Run',
    message: {
      id: FENCE.task,
      pipeline: 'idea',
      title: 'A login page',
      state: 'running',
      startedBy: 'trigger nightly',
      createdAt: TIME,
      steps: [{ step: 'plan', task: FENCE.token, agent: 'coder', state: 'waiting', waitsFor: 'question', reason: 'x' }],
    },
  },
  {
    schema: 'Fleet',
    message: {
      contract: '1.1',
      orgs: {
        acme: {
          escalation: { failures: 2, spentPercent: 50, silentSeconds: 600, approvalSeconds: 60 },
          agents: { coder: { mode: 'pool', escalation: { failures: 5 } } },
        },
      },
    },
  },
  {
    schema: 'Question',
    message: {
      id: FENCE.token,
      task: FENCE.task,
      key: 'silent/1',
      kind: 'escalation',
      text: "coder has said nothing about 'Plan' for 01:00:00",
      options: ['retry', 'cancel', 'continue'],
      state: 'answered',
      askedAt: TIME,
      answer: 'retry',
      answeredBy: 'ann',
      answeredAt: TIME,
    },
  },
  {
    schema: 'AgentConfig',
    message: {
      agent: { name: 'coder', namespace: 'acme' },
      models: {
        fast: {
          endpoint: 'http://gateway.acme.svc.cluster.local:8000',
          model: 'fast',
          price: { inputPerMillion: 0.25, outputPerMillion: 2 },
          priority: 1,
          provider: 'openai',
          role: 'primary',
        },
      },
      tools: { web: { allow: ['search'], endpoint: 'http://web.acme.svc.cluster.local:8080/mcp', protocol: 'mcp' } },
    },
  },
  {
    schema: 'Fleet',
    message: {
      contract: '1.1',
      orgs: {
        acme: { agents: { coder: { mode: 'pool', local: { repository: '/home/ann/product.git' } }, other: { mode: 'job', local: {} } } },
      },
    },
  },
  {
    schema: 'TaskGraph',
    message: {
      tasks: [
        {
          id: FENCE.task,
          org: 'acme',
          agent: 'coder',
          title: 'Plan',
          state: 'running',
          priority: 0,
          attempt: 1,
          failures: 0,
          attempts: 3,
          budget: 0,
          cost: 0,
          createdAt: TIME,
        },
      ],
      needs: [{ task: FENCE.token, needed: FENCE.task, as: 'plan', settled: false }],
      more: false,
    },
  },
  {
    schema: 'TaskHistory',
    message: {
      scheduledBy: { name: 'ann', token: '0123456789abcdef' },
      image: 'example.org/coder@sha256:00',
      local: { repository: '/home/ann/fleet/.fleetwright/repositories/git.example.com/acme/product.git' },
      models: ['fast'],
      attempts: [
        {
          attempt: 1,
          claimedAt: TIME,
          startedAt: TIME,
          endedAt: TIME,
          worker: 'coder-1',
          outcome: 'failed',
          reason: 'No',
          fleet: '00',
          usage: [{ model: 'scripted', inputTokens: 1, outputTokens: 2, cost: 0 }],
        },
      ],
    },
  },
  {
    schema: 'ScheduleRequest',
    message: { tasks: [{ agent: 'coder', title: 'Plan', project: 'shop' }] },
  },
  { schema: 'RunRequest', message: { title: 'A login page', project: 'shop' } },
  {
    schema: 'Task',
    message: {
      id: FENCE.task,
      org: 'acme',
      agent: 'coder',
      title: 'Plan',
      state: 'queued',
      priority: 0,
      attempt: 0,
      failures: 0,
      attempts: 3,
      project: 'shop',
      budget: 0,
      cost: 0,
      createdAt: TIME,
      input: null,
    },
  },
  {
    schema: 'Claim',
    message: {
      fence: FENCE,
      org: 'acme',
      agent: 'coder',
      title: 'Plan',
      input: null,
      needs: [],
      answers: [],
      project: { name: 'shop', title: 'The shop', data: { repository: 'https://git.example.com/shop', branch: 'main' } },
      budget: 0,
      leaseSeconds: 30,
      leaseUntil: TIME,
    },
  },
  {
    schema: 'Project',
    message: {
      name: 'shop',
      title: 'The shop',
      data: { branch: 'main', owners: ['ann'] },
      version: 2,
      createdAt: TIME,
      updatedAt: TIME,
      cost: 5,
    },
  },
  {
    schema: 'ProjectSummary',
    message: { name: 'shop', title: 'The shop', version: 2, createdAt: TIME, updatedAt: TIME, cost: 5 },
  },
  { schema: 'ProjectWrite', message: { title: 'The shop', data: { branch: 'main' }, version: 0 } },
  { schema: 'ProjectPatch', message: { title: 'The shop', data: { branch: null }, version: 1 } },
] as const;
