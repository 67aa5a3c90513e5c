import { hash } from 'node:crypto';
import { Type } from 'typebox';
import { IdSchema, LIMITS, NameSchema, type Scheduled, TextSchema } from '../../contract/wire/index.ts';
import type { TaskEvent } from '../setup.ts';
import { TaskRefusal, type TaskSocket } from '../../contract/index.ts';
import { Refused, type Tool, WAITS } from './tool.ts';

/** Tools that speak about the task itself: with people, and with other agents. */
export function taskTools(socket: TaskSocket, event: TaskEvent): Tool[] {
  return [askTool(socket), createTool(socket, event), waitTool(socket, event)].map(tellsRefusals);
}

function askTool(socket: TaskSocket): Tool {
  return {
    definition: {
      name: 'ask_human',
      description:
        'Asks a person, and waits for the answer. With `approval`, asks for consent to what `subject` names exactly, such as the hash of a commit; ' +
        'no answer in time is a no.',
      parameters: Type.Object({
        text: Type.String({ minLength: 1, maxLength: 16_384 }),
        options: Type.Optional(Type.Array(TextSchema, { maxItems: 32 })),
        approval: Type.Optional(Type.Boolean()),
        subject: Type.Optional(Type.String({ maxLength: 256 })),
      }),
    },
    call: async ({ text, options, approval, subject }) => {
      const ask = { kind: approval === true ? 'approval' : 'question', text, options, subject };
      // The same question has the same key, so that the next attempt finds the answer.
      const answer = await socket.call<{ state: string; answer?: unknown }>('ask', { key: digest(ask), ...ask });
      return answer.state === 'open' ? WAITS : JSON.stringify({ state: answer.state, answer: answer.answer ?? null });
    },
  };
}

function createTool(socket: TaskSocket, { task }: TaskEvent): Tool {
  const NewTask = Type.Object({
    agent: Type.Optional(NameSchema),
    skills: Type.Optional(Type.Array(NameSchema, { minItems: 1, maxItems: 32 })),
    title: TextSchema,
    input: Type.Optional(Type.Unknown()),
  });
  return {
    definition: {
      name: 'create_tasks',
      description:
        'Gives work to other agents: by the name of one, or to whoever has the skills. They know only what title and input tell them. ' +
        'The same task twice is one task; to have something done again, say in its input what is different now.',
      parameters: Type.Object({ tasks: Type.Array(NewTask, { minItems: 1, maxItems: 100 }) }),
    },
    call: async ({ tasks }) => {
      const list = (tasks as readonly { agent?: string; skills?: string[]; title: string; input?: unknown }[]).map(
        ({ agent, skills, title, input }) => {
          const wanted = { agent, skills, title, input };
          return { ...wanted, key: `${task}/${digest(wanted)}` };
        },
      );
      const made = await socket.call<{ tasks: readonly Scheduled[] }>('tasks', { tasks: list });
      return JSON.stringify({ tasks: made.tasks.map(({ task: id }) => id), agents: made.tasks.map(({ agent }) => agent) });
    },
  };
}

function waitTool(socket: TaskSocket, { needs }: TaskEvent): Tool {
  return {
    definition: {
      name: 'wait_for_tasks',
      description: 'Waits until tasks that you created have ended, and answers with their states and results.',
      parameters: Type.Object({ tasks: Type.Array(IdSchema, { minItems: 1, maxItems: LIMITS.needs, uniqueItems: true }) }),
    },
    call: async ({ tasks }) => {
      const wanted = tasks as readonly string[];
      const ended = wanted.map((id) => needs.find(({ task }) => task === id));
      if (ended.every((task) => task !== undefined)) return JSON.stringify({ tasks: ended });
      await socket.call('say', { wait: { for: 'tasks', tasks: wanted } });
      return WAITS;
    },
  };
}

function digest(value: unknown): string {
  return hash('sha256', JSON.stringify(value), 'hex').slice(0, 32);
}

/** What the controller does not want, such as one sub-task too many, is told to the model. */
function tellsRefusals(tool: Tool): Tool {
  return {
    ...tool,
    call: async (input, context) => {
      try {
        return await tool.call(input, context);
      } catch (error) {
        if (error instanceof TaskRefusal) throw new Refused(error.message, { cause: error });
        throw error;
      }
    },
  };
}
