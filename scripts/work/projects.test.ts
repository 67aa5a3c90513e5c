import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Ended, shell } from '../testing/command.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'fleetwright-projects-'));
let controller: ChildProcess | undefined;
let url = '';
let token = '';

beforeAll(async () => {
  const args = ['controller/main.ts', '--fleet', 'docs/guides/fleet.json', '--data', folder, '--port', '0'];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] });
  controller = child;
  url = await new Promise((resolve, reject) => {
    let printed = '';
    child.stdout.on('data', (piece: Buffer) => {
      printed += piece.toString();
      const found = /listens on (http:\/\/[\d.:]+)/.exec(printed)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`The controller ended with ${code}: ${printed}`)));
  });
  token = (JSON.parse(readFileSync(join(folder, 'admin-tokens.json'), 'utf8')) as { acme: string }).acme;
}, 60_000);

afterAll(async () => {
  controller?.kill('SIGTERM');
  if (controller?.exitCode === null) await new Promise((resolve) => controller?.once('exit', resolve));
  rmSync(folder, { recursive: true, force: true });
});

function run(line: string, server = url): Ended {
  return shell({ root: folder }, `$FLEETWRIGHT ${line} --server ${server}`, { FLEETWRIGHT_TOKEN: token });
}

function json(line: string): unknown {
  const { code, stdout, stderr } = run(`${line} --output json`);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as unknown;
}

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const answer = await fetch(`${url}/v1/orgs/acme${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return answer.json();
}

/** A way to the controller on which something else happens before what is first put there, or its answer is lost. */
async function aBusyWay(meanwhile: (request: IncomingMessage, body: Buffer) => Promise<unknown>, answers = true): Promise<string> {
  let puts = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      const first = request.method === 'PUT' && (puts += 1) === 1;
      if (first) await meanwhile(request, body);
      if (first && !answers) return response.destroy();
      const { method = '', headers } = request;
      const { 'content-type': type = 'application/json', authorization = '' } = headers;
      const sent = {
        method,
        headers: { 'content-type': type, authorization },
        ...(method === 'GET' ? {} : { body: new Uint8Array(body) }),
      };
      const answer = await fetch(`${url}${request.url ?? ''}`, sent);
      return response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    })();
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function runBeside(line: string, server: string): Promise<Ended> {
  const env = { ...process.env, FLEETWRIGHT_TOKEN: token };
  const child = spawn(process.execPath, [join(ROOT, 'scripts', 'fleetwright.js'), ...line.split(' '), '--server', server], {
    cwd: folder,
    env,
  });
  const [stdout, stderr, code] = await Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ]);
  return { code, stdout: String(stdout), stderr: String(stderr) };
}

describe('fleetwright projects', { timeout: 60_000 }, () => {
  it('makes a project, repairs it, shows it and lists it', () => {
    expect(run('projects').stdout).toBe("No projects. 'fleetwright projects set <name>' makes one.\n");
    expect(
      run("projects set shop repository=https://git.example.com/shop build.tool=make build.jobs=4 commit=1e10 --title 'The shop'"),
    ).toEqual({
      code: 0,
      stderr: '',
      stdout:
        'Made project acme/shop: version 1.\n+ the title: "The shop"\n+ build: {"jobs":4,"tool":"make"}\n+ commit: "1e10"\n' +
        '+ repository: "https://git.example.com/shop"\n',
    });
    expect(run('projects set shop build.tool=ninja branch=main --unset commit --unset build.jobs').stdout).toBe(
      'Changed project acme/shop: version 2.\n- build.jobs: 4\n~ build.tool: "make" → "ninja"\n- commit: "1e10"\n+ branch: "main"\n',
    );
    expect(run('projects set shop branch=main').stdout).toBe('Project acme/shop is so already: version 2.\n');
    expect(json('projects set shop draft=true')).toMatchObject({
      org: 'acme',
      name: 'shop',
      version: 3,
      changes: [{ path: 'data.draft', after: true }],
    });
    expect(run('projects show shop').stdout).toMatch(
      /^The shop \(acme\/shop\): version 3, changed \d+ s ago, cost 0\.00 USD\n\{\n(.*\n)* {2}"branch": "main",\n(.*\n)*\}\n$/,
    );
    expect(json('projects')).toMatchObject([{ org: 'acme', name: 'shop', title: 'The shop', version: 3, cost: 0 }]);
    expect(run('projects list').stdout).toMatch(
      /^PROJECT +ORG +VERSION +COST +CHANGED +TITLE\nshop +acme +3 +0\.00 USD +\d+ s ago +The shop\n$/,
    );
  });

  it('takes data from a file', async () => {
    writeFileSync(join(folder, 'data.json'), '{"a": {"b": [1]}, "n": null}');
    expect(run('projects set filed --data data.json a.c=2').stdout).toBe(
      'Made project acme/filed: version 1.\n+ the title: "filed"\n+ a: {"b":[1],"c":2}\n+ n: null\n',
    );
    expect(await call('GET', '/projects/filed')).toMatchObject({ title: 'filed', data: { a: { b: [1], c: 2 }, n: null } });
  });

  it.each([
    ['projects show nothing', /^there is no project 'nothing'; 'fleetwright projects' lists them \[FW_USAGE\]\n$/],
    ['projects set shop', /^say what to set: key=value/],
    ['projects set shop branch', /^say what to set as key=value, such as branch=main; got 'branch'/],
    ['projects set shop =main', /^say what to set as key=value/],
    ['projects set shop a..b=1', /^a key is a name, or names with dots/],
    ['projects set odd title.x=1 title=2 title.y=3', /^'title' is no object, so it has no 'y'; set 'title' as a whole \[FW_USAGE\]\n$/],
    [`projects set shop 'a={"n":9007199254740993}'`, /^the number 9007199254740993 cannot be kept exactly/],
    [`projects set shop 'a={"b":[{"c":1,"\\u0063":2}]}'`, /^the key 'c' is twice in one object \[FW_USAGE\]\n$/],
    ['projects set shop --data twice.json', /^the key 'a' is twice in one object/],
    ['projects set shop --data deep.json', /^a value is more than 100 levels deep; make it flatter/],
    ['projects set shop --data latin.json', /^'latin\.json' cannot be read as JSON/],
    ['projects set shop --data no.json', /^'no\.json' cannot be read as JSON/],
    ['projects set shop --data list.json', /^'list\.json' must hold a JSON object/],
    ['projects set shop __proto__.a=1', /FW_BODY_INVALID/],
    ['projects set Shop a=1', /\[FW_NOT_FOUND\]/],
    ['projects set shop a=1 --org other', /^there is no org 'other' here; there is acme \[FW_ORG_UNKNOWN\]/],
    ['new It --agent coder --project nothing', /^Org 'acme' has no project 'nothing'; make it first \[FW_PROJECT_UNKNOWN\]/],
    [`new It --agent coder --input '{"n":9007199254740993}'`, /^the number 9007199254740993 cannot be kept exactly/],
    [`new It --agent coder --input '{"n":1,"n":2}'`, /^the key 'n' is twice in one object/],
    [`new It --agent coder --input '{'`, /^--input must be JSON, got '\{' \[FW_USAGE\]\n$/],
    ['projects remove shop', /too many arguments/],
  ])('%s is refused', (line, says) => {
    writeFileSync(join(folder, 'list.json'), '[]');
    writeFileSync(join(folder, 'twice.json'), '{"a": {"b": ":"}, "c": {"b": 1}, "a": 2}');
    writeFileSync(join(folder, 'deep.json'), `{"a": ${'['.repeat(10_000)}${']'.repeat(10_000)}}`);
    writeFileSync(join(folder, 'latin.json'), Buffer.from('{"a": "\u00e4"}', 'latin1'));
    const { code, stderr } = run(line);
    expect(stderr).toMatch(says);
    expect(code).toBe(2);
  });

  it('sees that its way to a place is free', async () => {
    await call('PUT', '/projects/narrow', { title: 'T', data: { a: 'x', list: [1] } });
    for (const key of ['a.b', 'list.0']) expect(run(`projects set narrow ${key}=1`).stderr).toContain('is no object');
    expect(run('projects set narrow --unset b.c').stdout).toContain('is so already');
  });

  it('keeps what others have changed meanwhile', async () => {
    await call('PUT', '/projects/both', { title: 'T', data: { a: 1, b: { c: 1, d: 1 } } });
    const way = await aBusyWay(async () => call('PATCH', '/projects/both', { data: { b: { d: 2 }, e: 2 } }));
    expect(await runBeside('projects set both a=3 b.c=3', way)).toMatchObject({
      code: 0,
      stdout: 'Changed project acme/both: version 3.\n~ a: 1 → 3\n~ b.c: 1 → 3\n',
    });
    expect(await call('GET', '/projects/both')).toMatchObject({ data: { a: 3, b: { c: 3, d: 2 }, e: 2 } });
  });

  it.each([
    ['the same key', 'a=3', { a: 2 }, ['  ~ a: 1 → 2\n', { a: 2, b: { c: 1, d: 1 } }]],
    ['what is in it', 'b=3', { b: { d: 2 } }, ['  ~ b.d: 1 → 2\n', { a: 1, b: { c: 1, d: 2 } }]],
    ['what it is in', 'b.c=3', { b: null }, ['  - b: {"c":1,"d":1}\n', { a: 1 }]],
    ['anything, where all is replaced', '--data none.json', { e: 2 }, ['  + e: 2\n', { a: 1, b: { c: 1, d: 1 }, e: 2 }]],
  ] as const)('decides nothing where others have changed %s', async (_, edit, patch, [says, data]) => {
    writeFileSync(join(folder, 'none.json'), '{}');
    await call('PUT', '/projects/both', { title: 'T', data: { a: 1, b: { c: 1, d: 1 } } });
    const way = await aBusyWay(async () => call('PATCH', '/projects/both', { data: patch }));
    const { code, stderr } = await runBeside(`projects set both ${edit}`, way);
    expect(stderr).toBe(
      `somebody has changed project 'both' meanwhile, and nothing was set; look at it, and decide anew:\n${says} [FW_STATE_CONFLICT]\n`,
    );
    expect(code).toBe(2);
    expect(((await call('GET', '/projects/both')) as { data: object }).data).toEqual(data);
  });

  it('counts a change whose answer was lost on its way', async () => {
    await call('PUT', '/projects/both', { title: 'T', data: { a: 1 } });
    const { version } = (await call('GET', '/projects/both')) as { version: number };
    const way = await aBusyWay(
      async ({ url: path = '' }, body) => call('PUT', path.replace('/v1/orgs/acme', ''), JSON.parse(String(body))),
      false,
    );
    const { code } = await runBeside('projects set both a=3', way);
    expect(code).toBe(0);
    expect(await call('GET', '/projects/both')).toMatchObject({ data: { a: 3 }, version: version + 1 });
  });

  it('is for work, and says what that has cost', async () => {
    await call('PUT', '/projects/paid', { title: 'T', data: {} });
    const begun = json('new It --agent coder --project paid') as { tasks: { id: string }[] };
    expect(await call('GET', `/tasks/${begun.tasks[0]?.id}`)).toMatchObject({ project: 'paid' });
    const made = (await call('POST', '/tokens', { name: 'w', role: 'worker', agents: ['coder'] })) as { token: string };
    const admin = token;
    token = made.token;
    const { claims } = (await call('POST', '/claims', { agents: ['coder'], waitSeconds: 10 })) as { claims: { fence: object }[] };
    const usage = [{ model: 'm', inputTokens: 1, outputTokens: 2, cost: 3_000_000 }];
    await call('POST', '/completions', { completions: [{ fence: claims[0]?.fence, outcome: 'succeeded', usage }] });
    token = admin;
    expect(run('cost --by project').stdout).toMatch(
      /^ORG +PROJECT +INPUT TOKENS +OUTPUT TOKENS +COST\nacme +paid +1 +2 +3\.00 USD\nall +1 +2 +3\.00 USD\n/,
    );
    expect(run('projects show paid').stdout).toContain('cost 3.00 USD');
    expect(run('cost').stdout).toMatch(/^ORG +AGENT +MODEL.*\nacme +coder +m +1 +2 +3\.00 USD\n/);
  });

  it('takes the beginning of a long idea for a title, and no half of a letter', () => {
    expect(run(`new ${'x'.repeat(255)}😀 --agent coder`)).toMatchObject({ code: 0, stderr: '' });
  });
});
