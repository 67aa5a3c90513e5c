import { Construct } from 'constructs';
import type { RegisteredTool } from './environment.ts';
import { InvalidValueError, type Problem } from './errors.ts';
import { Fleet } from './fleet.ts';
import { type HostedServer, type McpHttpOptions, type McpImageOptions, type McpNpmOptions, McpServer } from './mcp-server.ts';
import { nearest } from './nearest.ts';

/** A server of the tool registry, for the `server` of a `Tool`. It brings along what the catalogue says of the tool. */
export class RegisteredServer {
  /** The tool's name in the catalogue. */
  readonly name: string;
  readonly tool: RegisteredTool;
  readonly server: McpServer<HostedServer>;

  /** Only `ToolRegistry` calls it, with what the lock pins. */
  constructor(name: string, tool: RegisteredTool, server: McpServer<HostedServer>) {
    this.name = name;
    this.tool = tool;
    this.server = server;
    Object.freeze(this);
  }
}

/**
 * The tools of the catalogue `tools.yaml`, each at the version that `tools.lock` pins. Stacks take tools by their name there, and
 * say no versions: `fleetwright tools update` moves them, for all stacks at once.
 */
export class ToolRegistry {
  readonly #tools: Readonly<Record<string, RegisteredTool>>;

  /**
   * The registry of the fleet that a construct belongs to.
   *
   * @throws InvalidValueError for a construct of no fleet
   */
  static of(scope: Construct): ToolRegistry {
    const root = scope instanceof Construct ? scope.node.root : undefined;
    if (!(root instanceof Fleet)) throw new InvalidValueError('ToolRegistry.of', { prop: 'scope', must: 'be a Fleet, or a part of one' });
    return new ToolRegistry(root.environment.tools ?? {});
  }

  private constructor(tools: Readonly<Record<string, RegisteredTool>>) {
    this.#tools = tools;
    Object.freeze(this);
  }

  /**
   * A stdio server published on npm, in an image that was built from it; as `McpServer.npm`, at the locked version.
   *
   * @throws InvalidValueError for a name that the catalogue does not have, or has as an image
   */
  npm(name: string, options: McpNpmOptions = {}): RegisteredServer {
    const tool = this.#find('npm', name, 'npm');
    const at = tool.image.lastIndexOf('@');
    return new RegisteredServer(name, tool, McpServer.npm(tool.image.slice('npm/'.length, at), tool.image.slice(at + 1), options));
  }

  /**
   * A server in an image that speaks Streamable HTTP itself; as `McpServer.http`, by the locked digest.
   *
   * @throws InvalidValueError for a name that the catalogue does not have, or has as an npm package
   */
  http(name: string, options: McpHttpOptions = {}): RegisteredServer {
    const tool = this.#find('http', name, 'image');
    return new RegisteredServer(name, tool, McpServer.http(tool.image, options));
  }

  /**
   * A server in an image that speaks over standard input and output; as `McpServer.stdio`, by the locked digest.
   *
   * @throws InvalidValueError for a name that the catalogue does not have, or has as an npm package
   */
  stdio(name: string, options: McpImageOptions = {}): RegisteredServer {
    const tool = this.#find('stdio', name, 'image');
    return new RegisteredServer(name, tool, McpServer.stdio(tool.image, options));
  }

  #find(method: string, name: string, kind: RegisteredTool['kind']): RegisteredTool {
    const tool = Object.hasOwn(this.#tools, name) ? this.#tools[name] : undefined;
    if (tool?.kind === kind) return tool;
    throw new InvalidValueError(`ToolRegistry.${method}`, tool === undefined ? unknownName(name, this.#tools) : WRONG_KIND[kind](name));
  }
}

function unknownName(got: string, tools: Readonly<Record<string, RegisteredTool>>): Problem {
  const names = Object.keys(tools).sort();
  const close = nearest(got, names);
  const known = names.length === 0 ? 'the project has no such file, or no tools in it' : `known are ${names.join(', ')}`;
  return { prop: 'name', must: 'be a tool of tools.yaml', got, hint: close === undefined ? known : `did you mean '${close}'?` };
}

const WRONG_KIND: Readonly<Record<RegisteredTool['kind'], (got: string) => Problem>> = {
  image: (got) => ({ prop: 'name', must: 'be an image in tools.yaml', got, hint: 'it is an npm package there: take it by npm()' }),
  npm: (got) => ({
    prop: 'name',
    must: 'be an npm package in tools.yaml',
    got,
    hint: 'it is an image there: take it by http() or stdio()',
  }),
};
