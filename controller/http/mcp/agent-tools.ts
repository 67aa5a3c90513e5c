import { createHash } from 'node:crypto';
import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { type Static, type TObject, Type } from 'typebox';
import {
  AskSchema,
  closed,
  CONTRACT_VERSION,
  type Fence,
  IdSchema,
  NameSchema,
  type Project,
  ProjectPatchSchema,
  ProjectSchema,
  Refusal,
  TextSchema,
} from '../../contract/wire/index.ts';
import type { ProjectChange } from '../../dispatch/index.ts';
import type { Identity } from '../access/tokens.ts';
import type { Services } from '../app.ts';

const WHOM = {
  agent: Type.Optional(NameSchema),
  skills: Type.Optional(
    Type.Array(NameSchema, { minItems: 1, maxItems: 16, description: 'Instead of an agent: what it must be able to do.' }),
  ),
  title: TextSchema,
  input: Type.Optional(Type.Unknown()),
};

const CreateInput = closed({
  ...WHOM,
  needs: Type.Optional(Type.Array(IdSchema, { maxItems: 64, description: 'Tasks that must have succeeded before.' })),
});
const StatusInput = closed({ task: Type.Optional(IdSchema) });
const AskInput = closed({
  question: AskSchema.properties.text,
  approval: Type.Optional(Type.Boolean()),
  options: AskSchema.properties.options,
});
const UpdateInput = closed({
  data: { ...ProjectSchema.properties.data, description: 'A JSON merge patch: null takes a key away.' },
  version: ProjectPatchSchema.properties.version,
});
const HandoffInput = closed({ ...WHOM, message: Type.String({ minLength: 1, maxLength: 16_384 }) });

/** Who calls, and the task that is being worked on. */
export interface AgentCall {
  readonly caller: Identity;
  readonly fence: Fence;
  /** Filled with the ids of tasks that were made. */
  readonly made: string[];
  /** Hears what was changed. */
  readonly changed: (change: ProjectChange) => void;
}

/**
 * The tools by which an agent speaks to the controller, as an MCP server for one request. All they do is about the task that is held: sub-tasks
 * within its limits, questions in its name.
 */
export function agentTools(services: Services, call: AgentCall): McpServer {
  const server = new McpServer({ name: 'fleetwright', version: CONTRACT_VERSION }, { capabilities: { tools: { listChanged: false } } });
  const add = <Schema extends TObject>(
    name: string,
    description: string,
    schema: Schema,
    run: (input: Static<Schema>) => Promise<object>,
  ) => {
    const inputSchema = fromJsonSchema<Static<Schema>>(structuredClone(schema));
    server.registerTool(name, { description, inputSchema }, async (input) => answerOf(async () => run(input)));
  };
  add('task_create', 'Gives work to an agent, as a sub-task of the task that you work on.', CreateInput, async ({ needs, ...task }) => ({
    task: await createTask(services, call, { ...task, ...(needs === undefined ? {} : { needs: needs.map((id) => ({ task: id })) }) }),
  }));
  add('task_status', 'Tells how the task that you work on stands, or one of its sub-tasks.', StatusInput, async ({ task }) =>
    readStatus(services, call, task),
  );
  add('ask_human', 'Asks a person. Ask the same again to see whether there is an answer.', AskInput, async (ask) =>
    askHuman(services, call, ask),
  );
  add(
    'handoff',
    'Gives the rest of the work to another agent, with what it has to know.',
    HandoffInput,
    async ({ message, input, ...task }) => {
      const created = await createTask(services, call, { ...task, input: { message, ...(input === undefined ? {} : { input }) } });
      return { task: created, next: 'End your own work now, and name this task in your result' };
    },
  );
  add('project_show', 'Tells what the task that you work on works for, as it stands now.', closed({}), async () =>
    showProject(services, call),
  );
  add(
    'project_update',
    'Repairs the data of the project that you work for. Who works for it later is told so.',
    UpdateInput,
    async (patch) => updateProject(services, call, patch),
  );
  return server;
}

async function showProject({ projects, reads }: Services, { caller, fence }: AgentCall): Promise<Project> {
  const task = await reads.task(caller.org, fence.task);
  const project = task?.project === undefined ? undefined : await projects.see(caller.org, task.project);
  if (project === undefined) throw new Refusal('FW_NOT_FOUND', 'The task that you work on is of no project');
  return project;
}

async function updateProject(
  { projects }: Services,
  { caller, fence, changed }: AgentCall,
  patch: Static<typeof UpdateInput>,
): Promise<Project> {
  const change = await projects.patchHeld(caller.org, fence, patch);
  changed(change);
  return change.after;
}

async function createTask(
  { dispatcher, metrics }: Services,
  { caller, fence, made }: AgentCall,
  task: Parameters<Services['dispatcher']['schedule']>[1]['tasks'][number],
): Promise<string> {
  const [scheduled] = await dispatcher.schedule(caller.org, { tasks: [task] }, fence);
  if (scheduled === undefined) throw new Refusal('FW_INTERNAL', 'The task was not scheduled');
  metrics.scheduled.inc();
  made.push(scheduled.task);
  return scheduled.task;
}

async function readStatus({ reads }: Services, { caller, fence }: AgentCall, id = fence.task): Promise<object> {
  const task = await reads.task(caller.org, id);
  if (task === undefined || (task.id !== fence.task && task.parent !== fence.task))
    throw new Refusal('FW_NOT_FOUND', `Task ${id} is neither the one that you work on nor one of its sub-tasks`);
  return task;
}

async function askHuman(
  { dispatcher, reads }: Services,
  { caller, fence }: AgentCall,
  { question: text, approval, options }: Static<typeof AskInput>,
): Promise<object> {
  const ask = {
    key: `ask/${createHash('sha256').update(text).digest('hex')}`,
    kind: approval === true ? ('approval' as const) : ('question' as const),
    text,
  };
  const id = await dispatcher.ask(fence, { ...ask, ...(options === undefined ? {} : { options }) });
  const { state, answer } = (await reads.question(caller.org, id)) ?? { state: 'open' as const };
  return state === 'open'
    ? { state, question: id, next: 'Go on with other work and ask again, or end with what you know' }
    : { state, answer };
}

/** A refusal is an answer that a model can act on; anything else is told to nobody outside. */
async function answerOf(run: () => Promise<object>): Promise<{ content: { type: 'text'; text: string }[]; isError?: true }> {
  try {
    return { content: [{ type: 'text', text: JSON.stringify(await run()) }] };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'FW_UNAVAILABLE') throw error;
    return { content: [{ type: 'text', text: `${error.message} [${error.code}]` }], isError: true };
  }
}
