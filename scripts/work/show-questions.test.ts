import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Question } from '../../controller/contract/wire/index.ts';
import { COMMAND } from '../print.ts';
import { OrgServer } from './server.ts';
import { questionLines } from './show-questions.ts';

const [ID, REVIEW] = ['0f0e0d0c-0b0a-4908-8706-050403020100', '00010203-0405-4607-8809-0a0b0c0d0e0f'];

const QUESTION: Question = {
  id: REVIEW,
  task: ID,
  key: 'start',
  kind: 'approval',
  text: 'Merge it into main? See https://git.example.com/wiki.',
  state: 'open',
  askedAt: new Date().toISOString(),
};

/** Answers what of a controller's API is named here, by path below the org; all else is not found. */
async function aController(answers: Readonly<Record<string, unknown>>): Promise<OrgServer> {
  const server = createServer(({ url = '' }, response) => {
    const answer = answers[url.replace('/v1/orgs/acme', '')];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { code: 'FW_NOT_FOUND', detail: 'It is gone' }));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return new OrgServer(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'acme', 'token');
}

function answersAbout(result: unknown, repository: string): Readonly<Record<string, unknown>> {
  return {
    [`/tasks/${ID}/graph`]: { needs: [{ task: ID, needed: REVIEW }] },
    [`/tasks/${ID}/history`]: { local: { repository } },
    [`/tasks/${ID}`]: { id: ID, agent: 'integrator', title: 'Merge: A list', input: null },
    [`/tasks/${ID}/events?limit=1000`]: { items: [] },
    [`/tasks/${REVIEW}`]: { id: REVIEW, agent: 'reviewer', title: 'Review', input: { branch: 'work/1' }, result },
    [`/tasks/${REVIEW}/events?limit=1000`]: { items: [{ kind: 'artifact', data: { name: 'report.txt' } }, { kind: 'started' }] },
  };
}

async function shown(server: OrgServer): Promise<string> {
  const lines = await questionLines([{ server, question: QUESTION }], { output: 'table' });
  return stripVTControlCharacters(lines.join('\n')).replace(/\d+ s ago/, '0 s ago');
}

describe('what waits for a person', () => {
  it('is shown with what it is about, and where to see it', async () => {
    const result = { branch: 'candidate/1', commit: '3f2c1aa\n', more: ['https://git.example.com/a/pull/3', 'javascript:alert(1)'] };
    const server = await aController(answersAbout(result, '/home/ada/my fleet/product.git'));
    const change = "change git -C '/home/ada/my fleet/product.git' diff HEAD...";
    expect(await shown(server)).toBe(
      [
        '',
        'Waiting for you:',
        '  Merge it into main? See https://git.example.com/wiki. (approval, task 0f0e0d0c, 0 s ago)',
        '    task   Merge: A list (integrator)',
        '    branch work/1',
        '    branch candidate/1',
        '    commit 3f2c1aa',
        `    ${change}work/1`,
        `    ${change}candidate/1`,
        '    link   https://git.example.com/wiki',
        '    link   https://git.example.com/a/pull/3',
        '    file   report.txt',
        `    page   ${server.url}/questions#${REVIEW}`,
        `    ${COMMAND} approve 00010203`,
      ].join('\n'),
    );
  });

  it.each(['$(reboot)', '--output=/etc/passwd', 'a..b', 'a b', 'a;b', '\u001b[2J'])('has no command with the branch %j', async (branch) => {
    const text = await shown(await aController(answersAbout({ branch }, '/product.git')));
    expect(text).toContain('diff HEAD...work/1\n');
    expect(text.match(/diff /g)).toHaveLength(1);
    // oxlint-disable-next-line no-control-regex -- that is what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  it.each([
    ['Yes; $(reboot)', `'Yes; $(reboot)'`],
    ["it's \u001b[2J", String.raw`'it'\''s \u{1b}[2J'`],
    ['--server=http://evil.example', '-- --server=http://evil.example'],
    ['retry', 'retry'],
  ])('has a command that a shell takes as it is with the choice %j', async (option, word) => {
    const question: Question = { ...QUESTION, kind: 'question', options: [option] };
    const lines = await questionLines([{ server: await aController({}), question }], { output: 'table' });
    expect(lines.at(-1)).toBe(`    ${COMMAND} answer 00010203 ${word}`);
  });

  it('is shown with what it is about where it needs consent, however much else is asked', async () => {
    const server = await aController(answersAbout({}, '/product.git'));
    const other = { server, question: { ...QUESTION, kind: 'question' as const } };
    const lines = await questionLines([...Array.from({ length: 10 }, () => other), { server, question: QUESTION }], { output: 'table' });
    expect(stripVTControlCharacters(lines.slice(-9).join('\n'))).toContain('task   Merge: A list (integrator)\n    branch work/1\n');
  });

  it('is shown without it when it is gone, and to programs not at all', async () => {
    const server = await aController({});
    expect(await shown(server)).toMatch(/Merge it into main\?.*\n {4}page .*\n {4}.* approve 00010203$/);
    expect(await questionLines([{ server, question: QUESTION }], { output: 'json' })).toEqual([]);
  });
});
