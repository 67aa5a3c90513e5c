import { PATHS } from './environment.ts';

const IN_IMAGE = '/worker';
const INSTALLED = `${PATHS.worker}/worker`;

/** What a guard stands before. */
export interface GuardedServer {
  /** TCP port at which the guard serves `/mcp`. */
  readonly port: number;
  /** URL of the server's MCP endpoint. */
  readonly upstream: string;
  /** The tools that may be called; `undefined` for all. */
  readonly allow: readonly string[] | undefined;
  /** Headers to add: name → file that holds the value. */
  readonly headers: readonly (readonly [name: string, file: string])[];
}

/** A host that a broker adds a secret for. */
export interface BrokeredHost {
  /** TCP port at which the broker serves HTTP. */
  readonly port: number;
  readonly host: string;
  readonly header: string;
  /** What stands before the value in the header. */
  readonly prefix: string;
  /** The file that holds the value. */
  readonly secretFile: string;
}

/** Copies the worker to where other images' containers find it. Runs in the image `worker`. */
export function installCommand(): string[] {
  return [IN_IMAGE, 'install', PATHS.worker];
}

/** Serves a program that speaks MCP over standard input and output as Streamable HTTP at `/mcp`. */
export function bridgeCommand(port: number, allow: readonly string[] | undefined, program: readonly string[]): string[] {
  return [INSTALLED, 'bridge', '--listen', String(port), ...allowArguments(allow), '--', ...program];
}

/** Serves an MCP server that is reached by HTTP, but only the calls that are allowed. Runs in the image `worker`. */
export function guardCommand({ port, upstream, allow, headers }: GuardedServer): string[] {
  const added = headers.flatMap(([name, file]) => ['--header', `${name}=${file}`]);
  return [IN_IMAGE, 'guard', '--listen', String(port), '--upstream', upstream, ...allowArguments(allow), ...added];
}

/** Sends requests on to one host, by TLS, with a secret in a header. Runs in the image `worker`. */
export function brokerCommand({ port, host, header, prefix, secretFile }: BrokeredHost): string[] {
  return [IN_IMAGE, 'broker', '--listen', String(port), '--host', host, '--header', header, '--prefix', prefix, '--secret', secretFile];
}

function allowArguments(allow: readonly string[] | undefined): string[] {
  return allow === undefined ? [] : ['--allow', allow.join(',')];
}
