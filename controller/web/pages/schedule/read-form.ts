import type { NewTask, RunRequest } from '../../../contract/wire/index.ts';
import { parseMoney } from '../../text/format.ts';

/** What is wrong with fields of the form, by name. */
export type Wrong = Readonly<Record<string, string>>;

/** What the form asks for, or what is wrong with it: a task, or a run of a pipeline. */
export interface Read {
  readonly task?: NewTask;
  readonly run?: { readonly pipeline: string; readonly request: RunRequest };
  readonly wrong: Wrong;
}

/** Reads the form. What is wrong is told for all fields at once. */
export function readForm(form: FormData, needs: readonly string[]): Read {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const wrong: Record<string, string> = {};
  const skills = form.getAll('skill').filter((skill) => typeof skill === 'string');
  const by = text('by');
  const bySkills = by === 'skills';
  if (bySkills && skills.length === 0)
    wrong['skill'] = 'Choose at least one skill; of those who have all, who has least to do gets the task.';
  if (by === 'pipeline' && text('pipeline') === '') wrong['pipeline'] = 'Choose the pipeline that is to run.';
  if (by === 'agent' && text('agent') === '') wrong['agent'] = 'Choose the agent that works on it.';
  if (text('title') === '') wrong['title'] = 'Say in a line what is to be done.';
  const input = parseInput(text('input'));
  if (input.wrong !== undefined) wrong['input'] = input.wrong;
  const priority = Number(text('priority') || '0');
  if (!Number.isInteger(priority) || Math.abs(priority) > 100) wrong['priority'] = 'Give a whole number from -100 to 100.';
  const budget = parseMoney(text('budget'));
  if (text('budget') !== '' && budget === undefined) wrong['budget'] = 'Give an amount such as 0.50.';
  if (Object.keys(wrong).length > 0) return { wrong };
  if (by === 'pipeline') {
    const request = { title: text('title'), ...('value' in input ? { input: input.value } : {}) };
    return { run: { pipeline: text('pipeline'), request }, wrong };
  }
  const task: NewTask = {
    ...(bySkills ? { skills } : { agent: text('agent') }),
    title: text('title'),
    ...('value' in input ? { input: input.value } : {}),
    ...(priority === 0 ? {} : { priority }),
    ...(budget === undefined ? {} : { budget }),
    ...(needs.length === 0 ? {} : { needs: needs.map((id) => ({ task: id })) }),
  };
  return { task, wrong };
}

/** A key that nobody else has. Works without TLS too, where `crypto.randomUUID` is not there. */
export function newKey(): string {
  return `page:${Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function parseInput(text: string): { readonly value?: unknown; readonly wrong?: string } {
  if (text === '') return {};
  let lost = '';
  try {
    const value = JSON.parse(text, (_, each: unknown, { source = '' }: { readonly source?: string } = {}) => {
      const isKept = typeof each !== 'number' || (Number.isFinite(each) && (Number.isSafeInteger(each) || !/^-?\d+$/.test(source)));
      if (!isKept) lost = source || 'that is so large';
      return each;
    }) as unknown;
    return lost === '' ? { value } : { wrong: `The number ${lost.slice(0, 40)} cannot be kept exactly. Put it in quotes.` };
  } catch (error) {
    return { wrong: `This is not JSON: ${error instanceof Error ? error.message : 'it cannot be read'}. Put text in quotes.` };
  }
}
