import { describe, expect, it } from 'vitest';
import { aBroker, anOrg, aSecret, aTool } from '../test/builders.ts';
import { BrokeredSecret, Cpu, Editor, McpServer, Size, Tool, ToolPlacement, WorkerRuntime, Secret } from './index.ts';

describe('Tool', () => {
  it('serves the whole org with one pod unless told otherwise', () => {
    expect(aTool(anOrg()).placement.at).toMatchObject({ kind: 'service', replicas: { min: 1, max: 1 } });
  });

  it('sorts names of tools, each once', () => expect(aTool(anOrg(), 't', { allow: ['b', 'a', 'b'] }).allow).toEqual(['a', 'b']));

  it.each([[[]], [['*']], [['a b']]])('refuses to allow %j', (allow) => {
    expect(() => new Tool(anOrg(), 't', { server: McpServer.http('x'), allow })).toThrow(/'allow' must/);
  });

  it('refuses an allow-list that the agent could go around', () => {
    const props = { server: McpServer.http('x'), placement: ToolPlacement.sidecar(), allow: ['read'] };
    expect(() => new Tool(anOrg(), 't', props)).toThrow(
      "'allow' must be left out where an HTTP server runs beside the agent, which could call it around the guard; " +
        'place it as a service, or use a server that speaks over standard input and output',
    );
  });

  it.each([
    ['A-B', 'hold names'],
    ['https_proxy', 'not replace'],
  ])('refuses the variable %j', (name, must) => {
    expect(() => new Tool(anOrg(), 't', { server: McpServer.http('x'), env: { [name]: '1' } })).toThrow(`'env' must ${must}`);
  });

  it('does not tell a server its port where the way out stands', () => {
    const server = McpServer.http('x', { portVariable: 'HTTPS_PROXY' });
    expect(() => new Tool(anOrg(), 't', { server })).toThrow(
      "'server.portVariable' must not be a variable by which egress is routed, got 'HTTPS_PROXY'",
    );
  });

  it.each([
    ['PATH', 'that programs need for something else'],
    ['HOME', 'that programs need for something else'],
    ['LISTEN', "of 'env', which it would replace"],
  ])('does not tell a server its port by %s', (portVariable, why) => {
    const server = McpServer.http('x', { portVariable });
    expect(() => new Tool(anOrg(), 't', { server, env: { LISTEN: '1' } })).toThrow(
      `'server.portVariable' must not be a variable ${why}, got '${portVariable}'`,
    );
  });

  it('refuses resources that contradict each other', () => {
    const resources = { cpu: Cpu.cores(1), cpuLimit: Cpu.millis(500), memory: Size.kibibytes(1500), ephemeralStorage: Size.mebibytes(1) };
    expect(() => new Tool(anOrg(), 't', { server: McpServer.http('x'), resources })).toThrow(
      "test/acme/t cannot be built:\n  - 'resources.cpuLimit' must be at least cpu (1), got '500m'\n  - 'resources.memory' must be whole mebibytes above 0, got '1500Ki' [FW_INVALID_PROPS]",
    );
  });
});

describe('McpServer', () => {
  it('takes npm packages by exact version from the image lock', () => {
    expect(McpServer.npm('@scope/server-x', '1.4.0').origin).toEqual({
      kind: 'stdio',
      image: 'npm/@scope/server-x@1.4.0',
      command: ['mcp-server'],
    });
  });
  it.each(['1', '^1.4.0', 'latest', '1.4'])('refuses the version %j', (version) =>
    expect(() => McpServer.npm('x', version)).toThrow(/'version' must be an exact version/),
  );
  it.each(['../x', 'A', '@x', ''])('refuses the package %j', (name) =>
    expect(() => McpServer.npm(name, '1.0.0')).toThrow(/'packageName' must be the name of an npm package/),
  );
  it.each([
    'http://a.example/mcp',
    'https://a.example:444/mcp',
    'https://u:p@a.example/mcp',
    'https://a.example',
    'https://10.0.0.1/mcp',
    'https://a.example/mcp?x=1',
  ])('refuses the URL %j', (url) =>
    expect(() => McpServer.remote(url)).toThrow(/'url' must be 'https:\/\/<host>\/<path>' without port, user or query/),
  );
  it.each([5, null, ['X-A']])('refuses the header %j', (name) =>
    expect(() => McpServer.remote('https://a.example/mcp', { headers: [{ name: name as never, value: aSecret(anOrg()) }] })).toThrow(
      "'headers' must have names of HTTP headers, none that says where a request goes or ends, got",
    ),
  );
  it('refuses one header in place of a list, and a text in place of a secret', () => {
    const header = { name: 'X-A', value: 'hunter2' } as never;
    expect(() => McpServer.remote('https://a.example/mcp', { headers: header })).toThrow("'headers' must be a list of names and values");
    expect(() => McpServer.remote('https://a.example/mcp', { headers: [header] })).toThrow("'headers' must be a Secret, got 'string'");
  });
  it.each(['mcp', '/a b', '/x?y'])('refuses the path %j', (path) =>
    expect(() => McpServer.http('x', { path })).toThrow(/'path' must begin with '\/'/),
  );
  it.each(['port', '1P', 'A-B'])('refuses the variable %j', (portVariable) =>
    expect(() => McpServer.http('x', { portVariable })).toThrow(/'portVariable' must be/),
  );
});

describe('Secret', () => {
  it('is a handle without a value', () => {
    expect(Object.keys(aSecret(anOrg())).filter((key) => key !== 'node')).toEqual(['key', 'from']);
  });
  it('is looked up under its org unless told otherwise', () => {
    expect(Secret.external(anOrg(), 'openai', 'api-key').from).toEqual({ kind: 'external', path: 'acme/openai' });
  });
  it.each(['', 'a b', 'a/b', 'x'.repeat(254), '.', '..', '..data'])('refuses the key %j', (key) => {
    expect(() => Secret.sops(anOrg(), 's', key)).toThrow(
      /'key' must be 1 to 253 letters, digits, dots, dashes or underscores, not led by two dots/,
    );
  });
  it.each(['a\n---\nkind: Pod', 'A', '', 'a..b', '-a', 'x'.repeat(254)])('refers to no object %j', (objectName) => {
    expect(() => Secret.reference(anOrg(), 's', 'key', objectName)).toThrow("'objectName' must be the name of a Kubernetes Secret, got");
  });
  it.each(['gateway-credentials', 'team.other-credentials'])(
    'does not refer to %s, which another part proves itself with',
    (objectName) => {
      expect(() => Secret.reference(anOrg(), 's', 'gateway-key', objectName)).toThrow(
        `'objectName' must not end with '-credentials', the name of what another part proves itself with, got '${objectName}'`,
      );
    },
  );
  it('may refer to an object with dots', () => expect(Secret.reference(anOrg(), 's', 'key', 'a.b-c').objectName).toBe('a.b-c'));
});

describe('BrokeredSecret', () => {
  it.each(['Host', 'content-length', 'Transfer-Encoding', 'Connection'])('never stands in the header %s', (header) => {
    const org = anOrg();
    const value = aSecret(org);
    const must = 'none that says where a request goes or ends, got';
    expect(() => aBroker(org, 'b', { secret: value, header })).toThrow(must);
    expect(() => McpServer.remote('https://a.example/mcp', { headers: [{ name: header, value }] })).toThrow(
      `McpServer.remote: 'headers' must have names of HTTP headers, ${must} '${header}'`,
    );
  });
  it.each([
    ['openai-base', 'OPENAI_BASE_URL'],
    ['agent-x', 'AGENT_X_URL'],
  ])('is not called %s', (id, variable) => {
    expect(() => aBroker(anOrg(), id)).toThrow(`'id' must not lead to the variable ${variable} of the contract, got '${id}'`);
  });
  it('is a bearer token unless told otherwise', () =>
    expect(aBroker(anOrg())).toMatchObject({ header: 'Authorization', prefix: 'Bearer ' }));
  it('tells all that is wrong at once', () => {
    const org = anOrg();
    expect(() => new BrokeredSecret(org, 'b', { secret: aSecret(org), host: '*.x', header: 'a b', prefix: '\n' })).toThrow(
      [
        'test/acme/b cannot be built:',
        "'host' must be a full host name in lower case, without port or wildcard, got '*.x'",
        "'header' must be the name of an HTTP header, none that says where a request goes or ends, got 'a b'",
        "'prefix' must be at most 64 printable ASCII characters, got '\\n' [FW_INVALID_PROPS]",
      ].join('\n  - '),
    );
  });
});

describe('WorkerRuntime', () => {
  it.each(['reference', 'claudeCode', 'codex', 'opencode', 'goose', 'geminiCli', 'droid'] as const)(
    'has a preset %s that speaks to models',
    (preset) => {
      expect(WorkerRuntime[preset]().dialect).toBeDefined();
    },
  );
  it('has a shell that speaks to none', () => expect(WorkerRuntime.shell({ command: ['make'] }).dialect).toBeUndefined());
  it('refuses to run nothing', () => expect(() => WorkerRuntime.shell({ command: [] })).toThrow(/'command' must name a program/));
  it.each([
    [{ setup: [' '] }, 'setup'],
    [{ hooks: { preStop: [] } }, 'hooks.preStop'],
    [{ env: { 'A-B': '1' } }, 'env'],
    [{ env: { AGENT_NAME: 'eve' } }, 'env'],
    [{ env: { OPENAI_BASE_URL: 'x' } }, 'env'],
    [{ env: { https_proxy: 'x' } }, 'env'],
  ])('refuses %j', (options, prop) => {
    expect(() => WorkerRuntime.codex(options)).toThrow(`WorkerRuntime 'codex' cannot be built:\n  - '${prop}' must`);
  });
  it('refuses an editor without memory', () => {
    expect(() => Editor.codeServer({ cpu: Cpu.cores(1), memory: Size.mebibytes(0), ephemeralStorage: Size.mebibytes(1) })).toThrow(
      /'resources.memory' must be/,
    );
  });
});
