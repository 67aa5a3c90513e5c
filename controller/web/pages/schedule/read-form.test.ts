import { describe, expect, it } from 'vitest';
import { newKey, readForm } from './read-form.ts';

function aForm(fields: Readonly<Record<string, string | readonly string[]>>): FormData {
  const form = new FormData();
  for (const [name, values] of Object.entries({ by: 'agent', agent: 'coder', title: 'A task', ...fields }))
    for (const value of [values].flat()) form.append(name, value);
  return form;
}

describe('the form for a task', () => {
  it('leaves out what is not said', () => {
    expect(readForm(aForm({ input: '', priority: '0', budget: '' }), [])).toEqual({ task: { agent: 'coder', title: 'A task' }, wrong: {} });
  });

  it('takes all that is said', () => {
    const form = aForm({ by: 'skills', skill: ['rust', 'review'], input: '{"issue":7}', priority: '5', budget: '0.5' });
    expect(readForm(form, ['an-id']).task).toEqual({
      skills: ['rust', 'review'],
      title: 'A task',
      input: { issue: 7 },
      priority: 5,
      budget: 500_000,
      needs: [{ task: 'an-id' }],
    });
  });

  it('asks for a run of a pipeline, whatever the fields of a task say', () => {
    const form = aForm({ by: 'pipeline', pipeline: 'idea', input: '7', priority: '5' });
    expect(readForm(form, ['an-id'])).toEqual({ run: { pipeline: 'idea', request: { title: 'A task', input: 7 } }, wrong: {} });
    expect(readForm(aForm({ by: 'pipeline', pipeline: '', agent: '' }), []).wrong).toEqual({
      pipeline: 'Choose the pipeline that is to run.',
    });
  });

  it('tells all that is wrong at once', () => {
    const { task, wrong } = readForm(aForm({ agent: '', title: ' ', input: '{', priority: '1.5', budget: 'much' }), []);
    expect(task).toBeUndefined();
    expect(Object.keys(wrong)).toEqual(['agent', 'title', 'input', 'priority', 'budget']);
    expect(readForm(aForm({ by: 'skills' }), []).wrong).toHaveProperty('skill');
  });

  it.each(['-101', '101', '0.5', 'high'])('takes no priority of %s', (priority) => {
    expect(readForm(aForm({ priority }), []).wrong).toHaveProperty('priority');
  });

  it('keeps null and false as input', () => {
    expect(readForm(aForm({ input: 'null' }), []).task).toHaveProperty('input', null);
    expect(readForm(aForm({ input: 'false' }), []).task).toHaveProperty('input', false);
  });

  it.each(['9007199254740993', '-1e400', '12345678901234567890'])('takes no input with %s, which would become another number', (number) => {
    const { task, wrong } = readForm(aForm({ input: `{"a":[${number}]}` }), []);
    expect(task).toBeUndefined();
    expect(wrong).toEqual({ input: `The number ${number} cannot be kept exactly. Put it in quotes.` });
    expect(readForm(aForm({ input: '[1.50, -7, 1e3, 9007199254740991]' }), []).task).toHaveProperty(
      'input',
      [1.5, -7, 1000, 9007199254740991],
    );
  });

  it('makes a new key each time', () => {
    expect(newKey()).toMatch(/^page:[0-9a-f]{32}$/);
    expect(newKey()).not.toBe(newKey());
  });
});
