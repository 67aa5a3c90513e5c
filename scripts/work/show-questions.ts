import { type About, readAbout } from '../../controller/contract/mentions/index.ts';
import type { Question } from '../../controller/contract/wire/index.ts';
import { COMMAND, paint } from '../print.ts';
import type { OrgServer } from './server.ts';
import { age, plain, replyTo, shortId, type ShowOptions } from './show.ts';

/** Of how many questions it is told what they are about. */
const MOST = 10;

/** A question, and the org that it is of. */
export interface Asked {
  readonly server: OrgServer;
  readonly question: Question;
}

/** What waits for a person, what it is about, and how to end that: lines for people, and none for programs. */
export async function questionLines(asked: readonly Asked[], { output }: ShowOptions): Promise<string[]> {
  if (output !== 'table') return [];
  if (asked.length === 0) return ['', 'Nothing waits for you.'];
  // Nobody consents to what is not shown.
  const weight = ({ question }: Asked) => (question.kind === 'approval' ? 0 : 1);
  const told = new Set(asked.toSorted((one, other) => weight(one) - weight(other)).slice(0, MOST));
  const about = await Promise.all(asked.map(async (each) => (told.has(each) ? tell(each) : undefined)));
  return ['', paint.yellow('Waiting for you:'), ...asked.flatMap((each, i) => linesOf(each, about[i]))];
}

/** What it is about may be gone by now; the question still has to be answered. */
async function tell({ server, question }: Asked): Promise<About | undefined> {
  return readAbout(question, async (path) => server.get(path)).catch(() => undefined);
}

function linesOf({ server, question }: Asked, about: About | undefined): string[] {
  const { id, kind, text, task, askedAt, options } = question;
  return [
    `  ${plain(text)} ${paint.dim(`(${kind}, task ${shortId(task)}, ${age(askedAt)})`)}`,
    ...(options === undefined ? [] : [`    ${paint.dim('one of')} ${options.map(plain).join(', ')}`]),
    ...(about === undefined ? [] : aboutLines(about)),
    fact('page', `${server.url}/questions#${id}`),
    `    ${COMMAND} ${replyTo(question)}`,
  ];
}

function aboutLines({ task, branches, commits, diffs, links, artifacts }: About): string[] {
  return [
    fact('task', `${task.title} (${task.agent})`),
    ...branches.map((branch) => fact('branch', branch)),
    ...commits.map((commit) => fact('commit', commit)),
    ...diffs.map((command) => fact('change', command)),
    ...links.map(({ href }) => fact('link', href)),
    ...artifacts.map((name) => fact('file', name)),
  ];
}

function fact(name: string, text: string): string {
  return `    ${paint.dim(name.padEnd(6))} ${plain(text)}`;
}
