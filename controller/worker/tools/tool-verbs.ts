import { parseArgs } from 'node:util';
import { parseAddress } from './address.ts';

/** What the worker does for tools, by the verb that asks for it. */
export const TOOL_USAGE = `  worker bridge --listen <address> [--allow <tool>,...] -- <program> [<argument>...]
  worker guard --listen <address> --upstream <url> [--allow <tool>,...] [--header <name>=<file>]...
  worker broker --listen <address> --host <host> --header <name> [--prefix <text>] --secret <file>
`;

/** Serves a tool or a secret until it is told to end. @returns the exit code @throws Error that says what is wrong with the call */
export async function runToolVerb(verb: 'bridge' | 'broker' | 'guard', args: readonly string[], draining: AbortSignal): Promise<number> {
  if (verb === 'bridge') return runBridge(args, draining);
  return verb === 'guard' ? runGuard(args, draining) : runBroker(args, draining);
}

const LISTEN = { type: 'string', default: '8080' } as const;

async function runBridge(args: readonly string[], draining: AbortSignal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { allow: { type: 'string' }, listen: LISTEN },
  });
  if (positionals.length === 0) throw new Error("'worker bridge' needs the MCP server's program, after '--'");
  const { bridge } = await import('./bridge.ts');
  return bridge({ address: parseAddress(values.listen), allow: toNames(values.allow), program: positionals }, draining);
}

async function runGuard(args: readonly string[], draining: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      allow: { type: 'string' },
      header: { type: 'string', multiple: true, default: [] },
      listen: LISTEN,
      upstream: { type: 'string' },
    },
  });
  const upstream = values.upstream ?? '';
  if (!URL.canParse(upstream)) throw new Error(`'worker guard' needs the URL of an MCP server as --upstream, got '${upstream}'`);
  const { guard } = await import('./guard.ts');
  return guard(
    {
      address: parseAddress(values.listen),
      allow: toNames(values.allow),
      headers: new Map(values.header.map(toHeader)),
      upstream: new URL(upstream),
    },
    draining,
  );
}

async function runBroker(args: readonly string[], draining: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      header: { type: 'string' },
      host: { type: 'string' },
      listen: LISTEN,
      prefix: { type: 'string', default: '' },
      secret: { type: 'string' },
    },
  });
  const { header, host, secret } = values;
  if (header === undefined || host === undefined || secret === undefined)
    throw new Error("'worker broker' needs --host, --header and --secret: whom it asks, and with what");
  const { broker } = await import('./broker.ts');
  return broker({ address: parseAddress(values.listen), header, host, prefix: values.prefix, secretFile: secret }, draining);
}

function toNames(list: string | undefined): string[] | undefined {
  return list?.split(',').filter((name) => name !== '');
}

function toHeader(text: string): [name: string, file: string] {
  const [, name, file] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || file === undefined) throw new Error(`--header must be <name>=<file>, got '${text}'`);
  return [name, file];
}
