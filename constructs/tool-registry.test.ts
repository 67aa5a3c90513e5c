import { Construct, RootConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { anAgent, anEnvironment, anOrg } from '../test/builders.ts';
import { McpServer, type Org, type RegisteredTool, Tool, ToolRegistry } from './index.ts';

const NPM: RegisteredTool = {
  dependencies: [],
  image: 'npm/@modelcontextprotocol/server-github@2.0.1',
  kind: 'npm',
  traits: ['private-data'],
};
const IMAGE: RegisteredTool = { allow: ['search', 'fetch'], dependencies: [], image: 'tools/search@1.4.2', kind: 'image', traits: [] };

function anOrgWithTools(): Org {
  return anOrg({ environment: anEnvironment({ tools: { github: NPM, search: IMAGE } }) });
}

describe('ToolRegistry', () => {
  it('gives what McpServer gives, at the locked version', () => {
    const registry = ToolRegistry.of(anOrgWithTools());
    const args = ['--read-only'];
    expect(registry.npm('github', { args }).server).toEqual(McpServer.npm('@modelcontextprotocol/server-github', '2.0.1', { args }));
    expect(registry.http('search', { path: '/api' }).server).toEqual(McpServer.http('tools/search@1.4.2', { path: '/api' }));
    expect(registry.stdio('search', { command: ['serve'] }).server).toEqual(McpServer.stdio('tools/search@1.4.2', { command: ['serve'] }));
  });

  it('is the same for a fleet and for all of its parts', () => {
    const org = anOrgWithTools();
    for (const scope of [org.fleet, org, anAgent(org)]) expect(ToolRegistry.of(scope).npm('github').tool).toBe(NPM);
  });

  it('adds what a stack says of traits, and lets it say what may be called', () => {
    const org = anOrgWithTools();
    const registry = ToolRegistry.of(org);
    const plain = new Tool(org, 'a', { server: registry.http('search') });
    expect([plain.allow, plain.traits, plain.registered?.name]).toEqual([['fetch', 'search'], [], 'search']);
    const narrow = new Tool(org, 'b', { allow: ['fetch'], server: registry.http('search'), traits: ['untrusted-content'] });
    expect([narrow.allow, narrow.traits]).toEqual([['fetch'], ['untrusted-content']]);
    const wide = new Tool(org, 'c', { server: registry.npm('github'), traits: ['external-write'] });
    expect([wide.allow, wide.traits]).toEqual([undefined, ['external-write', 'private-data']]);
    expect(new Tool(org, 'd', { server: McpServer.stdio('mcp-stdio') }).registered).toBeUndefined();
  });

  it.each<[string, (registry: ToolRegistry) => unknown, string]>([
    [
      'a misspelt name',
      (all) => all.npm('gitub'),
      "ToolRegistry.npm: 'name' must be a tool of tools.yaml, got 'gitub'; did you mean 'github'? [FW_INVALID_VALUE]",
    ],
    [
      'an unknown name',
      (all) => all.http('weather'),
      "ToolRegistry.http: 'name' must be a tool of tools.yaml, got 'weather'; known are github, search [FW_INVALID_VALUE]",
    ],
    ['a name that objects have', (all) => all.npm('constructor'), "'name' must be a tool of tools.yaml, got 'constructor'"],
    [
      'a package as an image',
      (all) => all.stdio('github'),
      "ToolRegistry.stdio: 'name' must be an image in tools.yaml, got 'github'; it is an npm package there: take it by npm() [FW_INVALID_VALUE]",
    ],
    [
      'an image as a package',
      (all) => all.npm('search'),
      "ToolRegistry.npm: 'name' must be an npm package in tools.yaml, got 'search'; it is an image there: take it by http() or stdio() [FW_INVALID_VALUE]",
    ],
    [
      'an unknown option',
      (all) => all.npm('github', { arg: [] } as never),
      "'arg' must be left out, as there is no such prop; did you mean 'args'?",
    ],
  ])('refuses %s', (_, take, message) => {
    expect(() => take(ToolRegistry.of(anOrgWithTools()))).toThrow(message);
  });

  it('says that there is no catalogue', () => {
    expect(() => ToolRegistry.of(anOrg()).npm('github')).toThrow(
      "got 'github'; the project has no such file, or no tools in it [FW_INVALID_VALUE]",
    );
  });

  it.each([new Construct(new RootConstruct(), 'lost'), undefined, {}])('belongs to a fleet', (scope) => {
    expect(() => ToolRegistry.of(scope as Construct)).toThrow(
      "ToolRegistry.of: 'scope' must be a Fleet, or a part of one [FW_INVALID_VALUE]",
    );
  });
});
