import { McpServer } from '../../constructs/index.ts';
import { refusalOf } from './attempt.ts';
import { call, type Code, list, object, text, texts, withOptions } from './code.ts';
import { renameNote } from './environment-variables.ts';
import type { Fields } from './fields.ts';
import { imageBaseName } from './images.ts';
import type { Resource } from './resource.ts';
import type { StackPlan } from './stack-plan.ts';

/** What a tool's server is, or why it cannot be carried over. */
export type ServerResult = { readonly code: Code; readonly isRemote: boolean } | { readonly reason: string };

const TRANSPORTS = ['stdio', 'http', 'streamable-http', 'sse'];
const PORTS = "the port is Fleetwright's to choose; the server learns it by the variable PORT";

/** Reads what serves a LanguageTool. */
export function readServer(plan: StackPlan, resource: Resource): ServerResult {
  const spec = resource.fields.get('spec');
  if (spec.get('type').text() === 'openapi') return { reason: 'tools speak the Model Context Protocol; put a server before the API' };
  const url = spec.first('url', 'endpoint');
  if (url.exists) return remoteServer(plan, url.text() ?? '', spec.get('headers'));
  spec.get('port').change(PORTS);
  const transport = spec.get('transport').text();
  const command = [...spec.get('stdio', 'command').texts(), ...spec.get('stdio', 'args').texts()];
  if (transport !== undefined && !TRANSPORTS.includes(transport)) spec.get('transport').change('it is no known transport');
  if (transport === 'stdio' || command.length > 0)
    return hosted(
      stdioServer(plan, command, { places: [spec.get('stdio', 'command'), spec.get('stdio', 'args')], image: spec.get('image') }),
    );
  if (transport === 'sse') spec.get('transport').change('the server has to speak Streamable HTTP, which took the place of events');
  const image = spec.get('image').text();
  if (image === undefined) return { reason: 'it names no image, no command and no address' };
  return hosted(httpServer(plan, image, spec));
}

/** A server elsewhere, with headers whose values are in Secrets. */
export function remoteServer(plan: StackPlan, url: string, headers: Fields): ServerResult {
  const refused = refusalOf(() => McpServer.remote(url));
  if (refused !== undefined) return { reason: refused };
  const codes = headers.items().flatMap((header) => readHeader(plan, header) ?? []);
  return { code: call('McpServer.remote', text(url), ...(codes.length > 0 ? [object({ headers: list(codes) })] : [])), isRemote: true };
}

/** Where a program is said. */
export interface ProgramFields {
  /** The fields that hold its words. */
  readonly places: readonly Fields[];
  readonly image: Fields;
}

/** A program that speaks over standard input and output, in an image of its own: what fetched it at the start is left out. */
export function stdioServer(plan: StackPlan, command: readonly string[], { places, image }: ProgramFields): Code {
  const own = image.text();
  if (own !== undefined) return call('McpServer.stdio', text(plan.image(imageBaseName(own), own)), ...withOptions(commandOption(command)));
  const note = (reason: string) => {
    for (const place of places) place.change(reason);
  };
  const fetched = readPackage(command);
  if (fetched === undefined) {
    const name = plan.image(imageBaseName(command[0] ?? '') || 'mcp-server', command[0]);
    note(`its image is '${name}' of the image lock, which has to be built with this program in it`);
    return call('McpServer.stdio', text(name), ...withOptions(commandOption(command)));
  }
  const { manager, name, version, args } = fetched;
  if (manager === 'npm' && version !== undefined && refusalOf(() => McpServer.npm(name, version)) === undefined) {
    plan.image(`npm/${name}@${version}`, undefined);
    note('nothing is fetched when it starts: the package is in an image of the image lock');
    return call('McpServer.npm', text(name), text(version), ...(args.length > 0 ? [object({ args: texts(args) })] : []));
  }
  const lockName = plan.image(`${manager}/${name}${version === undefined ? '' : `@${version}`}`, undefined);
  const why = version === undefined ? '; no version is named, so choose one' : '';
  note(`nothing is fetched when it starts: build an image of it as '${lockName}', with the program 'mcp-server'${why}`);
  return call('McpServer.stdio', text(lockName), ...(args.length > 0 ? [object({ command: texts(['mcp-server', ...args]) })] : []));
}

function hosted(code: Code): ServerResult {
  return { code, isRemote: false };
}

function httpServer(plan: StackPlan, image: string, spec: Fields): Code {
  const name = plan.image(imageBaseName(image), image);
  const command = [spec, spec.get('deployment')].flatMap((place) => [...place.get('command').texts(), ...place.get('args').texts()]);
  return call('McpServer.http', text(name), ...withOptions(commandOption(command)));
}

function commandOption(command: readonly string[]): Code {
  return object({ command: command.length > 0 ? texts(command) : undefined });
}

interface Fetched {
  readonly manager: 'npm' | 'pypi';
  readonly name: string;
  readonly version: string | undefined;
  readonly args: readonly string[];
}

/** What `npx` or `uvx` would fetch. */
function readPackage([program = '', ...words]: readonly string[]): Fetched | undefined {
  const at = words.findIndex((word) => !word.startsWith('-'));
  const wanted = words[at] ?? '';
  const args = words.slice(at + 1);
  if (program === 'npx') {
    const [, name, version] = /^((?:@[a-z0-9][-\w.]*\/)?[a-z0-9][-\w.]*)(?:@(.+))?$/.exec(wanted) ?? [];
    return name === undefined ? undefined : { manager: 'npm', name, version: exact(version), args };
  }
  if (program !== 'uvx') return undefined;
  const [, name, version] = /^([A-Za-z0-9][-\w.]*)(?:(?:==|@)(.+))?$/.exec(wanted) ?? [];
  return name === undefined ? undefined : { manager: 'pypi', name, version: exact(version), args };
}

function exact(version: string | undefined): string | undefined {
  return version !== undefined && /^\d+(\.\d+){0,3}(-[\w.]+)?$/.test(version) ? version : undefined;
}

function readHeader(plan: StackPlan, header: Fields): Code | undefined {
  const name = header.get('name').text() ?? '';
  const reference = [header.get('valueFrom', 'secretKeyRef'), header.get('secretKeyRef'), header.get('secretRef')].find(
    (field) => field.exists,
  );
  const [secretName, key] = [reference?.get('name').text(), reference?.get('key').text() ?? 'value'];
  if (secretName === undefined) {
    header.leave("a header's value is in a Secret that holds the whole of it; give its handle to McpServer.remote");
    return undefined;
  }
  const secret = plan.secret(secretName, key);
  header.change(`the Secret has to hold the whole value of the header, such as 'Bearer …'${renameNote(secretName)}`);
  return object({ name: text(name), value: plan.use(secret) });
}
