import { InvalidValueError, type Problem, refuseValue } from './errors.ts';
import { findKindProblems } from './kinds.ts';
import { isHeaderName, isHostName } from './names.ts';
import { Secret } from './secret.ts';
import { type PropNames, refuseUnknownProps } from './unknown-props.ts';

/** Options of servers in an image. */
export interface McpImageOptions {
  /**
   * The program in the image and its arguments.
   *
   * @default the image's own; for stdio servers, which the bridge starts, the program `mcp-server`
   */
  readonly command?: readonly string[];
}

/** Options of `McpServer.http`. */
export interface McpHttpOptions extends McpImageOptions {
  /**
   * The path of the endpoint.
   *
   * @default '/mcp'
   */
  readonly path?: string;

  /**
   * The environment variable by which the server learns its port.
   *
   * @default 'PORT'
   */
  readonly portVariable?: string;
}

/** Options of `McpServer.npm`. */
export interface McpNpmOptions {
  /**
   * Arguments of the program, such as the folder that it serves.
   *
   * @default none
   */
  readonly args?: readonly string[];
}

/** A header whose value is a secret. */
export interface SecretHeader {
  /** The header's name: `Authorization`. */
  readonly name: string;
  /** Handle to its whole value. */
  readonly value: Secret;
}

/** Options of `McpServer.remote`. */
export interface McpRemoteOptions {
  /**
   * Headers that are added to every request on the way out; agents never see them.
   *
   * @default []
   */
  readonly headers?: readonly SecretHeader[];
}

const IMAGE_OPTIONS: PropNames<McpImageOptions> = { command: true };
const HTTP_OPTIONS: PropNames<McpHttpOptions> = { ...IMAGE_OPTIONS, path: true, portVariable: true };
const NPM_OPTIONS: PropNames<McpNpmOptions> = { args: true };
const REMOTE_OPTIONS: PropNames<McpRemoteOptions> = { headers: { name: true, value: true } };

/** Where a hosted tool server comes from. */
export type HostedServer =
  | {
      readonly kind: 'http';
      readonly image: string;
      readonly command: readonly string[];
      readonly path: string;
      readonly portVariable: string;
    }
  | { readonly kind: 'stdio'; readonly image: string; readonly command: readonly string[] };

/** Where a remote tool server is. */
export interface RemoteServer {
  readonly kind: 'remote';
  readonly host: string;
  readonly path: string;
  readonly headers: readonly SecretHeader[];
}

/** A server of the Model Context Protocol: what runs, or where it is. @see https://modelcontextprotocol.io/specification */
export class McpServer<Origin extends HostedServer | RemoteServer = HostedServer | RemoteServer> {
  readonly origin: Origin;

  /** A server in an image of the image lock that speaks Streamable HTTP itself. */
  static http(image: string, options: McpHttpOptions = {}): McpServer<HostedServer> {
    refuseUnknownProps('McpServer.http', options, HTTP_OPTIONS);
    const { command = [], path = '/mcp', portVariable = 'PORT' } = options;
    refuse('McpServer.http', 'path', "begin with '/'", path, /^\/[\w./~-]*$/);
    refuse('McpServer.http', 'portVariable', 'be the name of an environment variable', portVariable, /^[A-Z_][A-Z0-9_]{0,63}$/);
    return new McpServer({ kind: 'http', image, command: Object.freeze([...command]), path, portVariable });
  }

  /** A server in an image of the image lock that speaks over standard input and output; a bridge serves it as HTTP. */
  static stdio(image: string, options: McpImageOptions = {}): McpServer<HostedServer> {
    refuseUnknownProps('McpServer.stdio', options, IMAGE_OPTIONS);
    return new McpServer({ kind: 'stdio', image, command: Object.freeze([...(options.command ?? [])]) });
  }

  /**
   * A stdio server published on npm, in an image that was built from it: `npm/<package>@<version>` in the image lock.
   * The image has it as the program `mcp-server`; nothing is fetched from npm when it starts.
   */
  static npm(packageName: string, version: string, options: McpNpmOptions = {}): McpServer<HostedServer> {
    refuseUnknownProps('McpServer.npm', options, NPM_OPTIONS);
    refuse('McpServer.npm', 'packageName', 'be the name of an npm package', packageName, /^(@[a-z0-9][-\w.]*\/)?[a-z0-9][-\w.]*$/);
    refuse('McpServer.npm', 'version', "be an exact version such as '1.4.0'", version, /^\d+\.\d+\.\d+(-[-\w.]+)?$/);
    return new McpServer({
      kind: 'stdio',
      image: `npm/${packageName}@${version}`,
      command: Object.freeze(['mcp-server', ...(options.args ?? [])]),
    });
  }

  /** A server elsewhere, by its URL. A guard in the org forwards to it, and is the only one that may. */
  static remote(url: string, options: McpRemoteOptions = {}): McpServer<RemoteServer> {
    refuseUnknownProps('McpServer.remote', options, REMOTE_OPTIONS);
    const match = /^https:\/\/([^/:@?#]+)(\/[\w./~-]*)$/.exec(url);
    if (match === null || !isHostName(match[1] ?? '')) {
      throw new InvalidValueError('McpServer.remote', {
        prop: 'url',
        must: "be 'https://<host>/<path>' without port, user or query",
        got: url,
      });
    }
    const headers = options.headers ?? [];
    refuseValue('McpServer.remote', findHeaderProblems(headers));
    return new McpServer({ kind: 'remote', host: match[1] ?? '', path: match[2] ?? '/', headers: Object.freeze([...headers]) });
  }

  private constructor(origin: Origin) {
    this.origin = Object.freeze(origin);
    Object.freeze(this);
  }
}

function findHeaderProblems(headers: readonly SecretHeader[]): Problem[] {
  if (!Array.isArray(headers)) return [{ prop: 'headers', must: 'be a list of names and values' }];
  return headers.flatMap(({ name, value }: SecretHeader) => [
    ...(isHeaderName(name)
      ? []
      : [{ prop: 'headers', must: 'have names of HTTP headers, none that says where a request goes or ends', got: name }]),
    ...findKindProblems('headers', value, Secret),
  ]);
}

// oxlint-disable-next-line eslint/max-params -- a table row per call reads better than an object
function refuse(what: string, prop: string, must: string, got: string, pattern: RegExp): void {
  if (!pattern.test(got)) throw new InvalidValueError(what, { prop, must, got });
}
