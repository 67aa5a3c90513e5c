import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { TaskSocket } from '../contract/index.ts';
import { CALL_AGAIN } from './outcome.ts';

/** How to use the command, for people and models. */
export const TASK_USAGE = `task: talks about the task that this program works on.

  task log <text | ->                 add a line to the log; - reads standard input
  task plan <json | ->                tell what is going to be done
  task event <kind> <json | ->        tell what happens; kinds are progress, tool, message, note
  task artifact <file> [--name n]     tell of a file that was made
  task ask --key <key> <text>         ask people; prints the answer if there is one, or ends with 75:
                                      end with 75 too, and the program is started again with the answer
       [--approval] [--option <text>]... [--timeout <seconds>] [--otherwise <json>] [--subject <hash>]
  task wait event <key> | time <seconds> | tasks <id>...   then end with 75: the program is started again when it has come;
                                      tasks are sub-tasks of this one, and come with their results; --timeout <seconds>
  task add <json | ->                 make a sub-task, or a list of them, as {"agent": "...", "title": "..."}; prints their ids
  task result <json | ->              the result; end with 0 for success
  task heartbeat [--cost <USD>] [--session <id>]
       what was spent so far, and the session to go on with; --usage <json> for what is billed, as
       [{"model": "...", "inputTokens": 0, "outputTokens": 0, "cost": <millionths of a USD>}]
`;

const OPTIONS = {
  approval: { type: 'boolean' },
  cost: { type: 'string' },
  key: { type: 'string' },
  name: { type: 'string' },
  option: { type: 'string', multiple: true },
  otherwise: { type: 'string' },
  session: { type: 'string' },
  subject: { type: 'string' },
  timeout: { type: 'string' },
  usage: { type: 'string' },
} as const;

type Values = ReturnType<typeof parseTaskArgs>['values'];

interface Call {
  readonly name: string;
  readonly body: object;
}

/** Does one thing. @returns the exit code @throws Error that says what is wrong with the call, or why it was refused */
export async function runTaskCommand(args: readonly string[], print: (text: string) => void): Promise<number> {
  const { values, positionals } = parseTaskArgs(args);
  const [verb = '', ...words] = positionals;
  let answer: unknown;
  // In order.
  for (const { name, body } of toCalls(verb, words, values)) answer = await callWorker(name, body);
  if (verb === 'add') for (const { task } of (answer as { readonly tasks: readonly { readonly task: string }[] }).tasks) print(task);
  if (verb !== 'ask') return 0;
  const { state, answer: given } = answer as { readonly state: string; readonly answer?: unknown };
  if (state === 'open') return CALL_AGAIN;
  print(typeof given === 'string' ? given : JSON.stringify(given ?? null));
  return 0;
}

function parseTaskArgs(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
}

function toCalls(verb: string, words: readonly string[], values: Values): Call[] {
  const [first, second] = words;
  const text = () => readText(first, verb);
  switch (verb) {
    case 'log':
      return [{ name: 'log', body: { text: `${text().replace(/\n$/, '')}\n` } }];
    case 'plan':
      return [{ name: 'event', body: { kind: 'plan', data: parseJson(text()) } }];
    case 'event':
      return [{ name: 'event', body: { kind: first, data: parseJson(readText(second, verb)) } }];
    case 'artifact':
      return [{ name: 'artifact', body: { file: resolve(text()), ...(values.name === undefined ? {} : { name: values.name }) } }];
    case 'ask':
      return [{ name: 'ask', body: toAsk(text(), values) }];
    case 'add':
      return [{ name: 'tasks', body: { tasks: [parseJson(text())].flat() } }];
    case 'wait':
      return [{ name: 'say', body: { wait: toWait(words, values) } }];
    case 'result':
      return [{ name: 'say', body: { result: parseJson(text()), ...toSay(values) } }];
    case 'heartbeat':
      return [
        { name: 'say', body: toSay(values) },
        { name: 'heartbeat', body: values.cost === undefined ? {} : { cost: Math.round(Number(values.cost) * 1e6) } },
      ];
    default:
      throw new Error(`There is no 'task ${verb}'.\n\n${TASK_USAGE}`);
  }
}

function toAsk(text: string, values: Values): object {
  return {
    key: values.key ?? text.slice(0, 256),
    kind: values.approval === true ? 'approval' : 'question',
    text,
    ...(values.option === undefined ? {} : { options: values.option }),
    ...(values.subject === undefined ? {} : { subject: values.subject }),
    ...timeout(values),
    ...(values.otherwise === undefined ? {} : { ifUnanswered: parseJson(values.otherwise) }),
  };
}

function toWait([what, ...words]: readonly string[], values: Values): object {
  if (what === 'time') return { for: 'time', seconds: Number(words[0]) };
  if (what === 'tasks') return { for: 'tasks', tasks: words.flatMap((word) => word.split(',')), ...timeout(values) };
  return { for: what, key: words[0], ...timeout(values) };
}

function timeout({ timeout: seconds }: Values): object {
  return seconds === undefined ? {} : { timeoutSeconds: Number(seconds) };
}

function toSay({ session, usage }: Values): object {
  return { ...(session === undefined ? {} : { session }), ...(usage === undefined ? {} : { usage: parseJson(usage) }) };
}

function readText(word: string | undefined, verb: string): string {
  if (word === undefined) throw new Error(`'task ${verb}' needs one more word.\n\n${TASK_USAGE}`);
  return word === '-' ? readFileSync(0, 'utf8') : word;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`This is no JSON: ${JSON.stringify(text.slice(0, 200))}; a text needs quotes of its own: '"text"'`, { cause });
  }
}

async function callWorker(name: string, body: object): Promise<unknown> {
  const socketPath = process.env['AGENT_TASK_SOCKET'];
  if (socketPath === undefined)
    throw new Error('AGENT_TASK_SOCKET is not set: this command works only in programs that a worker has started');
  return new TaskSocket(socketPath).call(name, body);
}
