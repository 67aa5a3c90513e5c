import type { Question } from '../../controller/contract/wire/index.ts';
import { FleetwrightError } from '../../constructs/index.ts';
import { COMMAND, print } from '../print.ts';
import { findOrgs, type OrgServer, type ServerOptions } from './server.ts';
import { type Asked, questionLines } from './show-questions.ts';
import { plain, shortId, show, type ShowOptions } from './show.ts';

/** Options of `fleetwright answer`. */
export interface QuestionOptions extends ServerOptions, ShowOptions {}

/** Options of `fleetwright approve`. */
export interface ApproveOptions extends QuestionOptions {
  /** Whether to refuse. */
  readonly deny?: boolean;
}

/** What a person gives. */
type Wanted = 'answer' | 'approval';

/** Lets a task do what it asks for, or not; without an id, lists what waits for that. Answers with the exit code. */
export async function approve(id: string | undefined, options: ApproveOptions): Promise<number> {
  const all = await findAsked(options);
  const asked = all.filter(({ question }) => waitsFor(question) === 'approval');
  if (id === undefined) return list(all, options, 'approval');
  const { server, question } = choose(asked, id, `an approval; '${COMMAND} answer' answers questions`);
  const approved = options.deny !== true;
  // It counts for exactly what was asked for, and for nothing that came in its place.
  const { subject } = question;
  return reply(server, question, { answer: { approved }, ...(subject !== undefined && { subject }) }, options);
}

/** Answers a question; without an id, lists what waits for that. Answers with the exit code. */
export async function answer(id: string | undefined, text: string | undefined, options: QuestionOptions): Promise<number> {
  const all = await findAsked(options);
  const asked = all.filter(({ question }) => waitsFor(question) === 'answer');
  if (id === undefined) return list(all, options, 'answer');
  const { server, question } = choose(asked, id, `an answer; '${COMMAND} approve' gives approvals`);
  const choices = question.options;
  if (text === undefined || (choices !== undefined && !choices.includes(text))) {
    const wanted = choices === undefined ? 'the answer as a text' : `one of ${choices.map((choice) => `'${plain(choice)}'`).join(', ')}`;
    throw new FleetwrightError('FW_USAGE', `"${plain(question.text)}" needs ${wanted}: ${COMMAND} answer ${shortId(question.id)} "…"`);
  }
  return reply(server, question, { answer: text }, options);
}

function waitsFor({ kind }: Question): Wanted {
  return kind === 'approval' ? 'approval' : 'answer';
}

async function findAsked(options: ServerOptions): Promise<Asked[]> {
  const orgs = await findOrgs(options);
  const lists = orgs.map(async (server) => {
    const { items } = await server.get<{ readonly items: readonly Question[] }>('/questions?open=true');
    return items.map((question) => ({ server, question }));
  });
  return (await Promise.all(lists)).flat();
}

/** People see all that waits for them, whichever command they have typed; programs what they have asked for. */
async function list(all: readonly Asked[], options: ShowOptions, wanted: Wanted): Promise<number> {
  const questions = all.map(({ question }) => question);
  const wantedOnes = questions.filter((question) => waitsFor(question) === wanted);
  const lines = await questionLines(all, options);
  show(wantedOnes, options, () => {
    if (wantedOnes.length === 0 && questions.length > 0) print(`Nothing waits for an ${wanted}, but something else does.`);
    print(lines.join('\n'));
  });
  return 0;
}

function choose(asked: readonly Asked[], id: string, what: string): Asked {
  const found = asked.filter(({ question }) => id !== '' && question.id.startsWith(id.toLowerCase()));
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return first;
  const open = (first === undefined ? asked : found).map(({ question }) => shortId(question.id)).join(', ') || 'none';
  const why = first === undefined ? `nothing of the id '${id}' waits for ${what}` : `several begin with '${id}'`;
  throw new FleetwrightError('FW_USAGE', `${why}; open: ${open}`);
}

async function reply(server: OrgServer, question: Question, body: object, options: ShowOptions): Promise<number> {
  const answered = await server.post<Question>(`/questions/${question.id}/answer`, body);
  show(answered, options, () => print(`Answered: ${plain(question.text)}`));
  return 0;
}
