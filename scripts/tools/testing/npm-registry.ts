import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from './http-server.ts';

/** A version of a package as a test publishes it. */
export interface Published {
  readonly version: string;
  /** The program of the package; by default it serves one tool, `echo`. */
  readonly program?: string;
  readonly deprecated?: string;
  /** What the registry says of the tarball, where it lies. */
  readonly integrity?: string;
}

/** An npm registry on this machine, as far as `npm view` and `npm install` use one. */
export class NpmRegistry {
  readonly #packages = new Map<string, Map<string, { entry: Published; tarball: Buffer }>>();
  /** `127.0.0.1:<port>` */
  host = '';
  /** Paths that were asked for. */
  readonly asked: string[] = [];

  static async start(): Promise<NpmRegistry> {
    const registry = new NpmRegistry();
    registry.host = await serve((request, response) => {
      const path = decodeURIComponent(request.url ?? '');
      registry.asked.push(path);
      const body = path.endsWith('.tgz') ? registry.#tarball(path) : registry.#packument(path.slice(1));
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(body ?? '{"error":"not_found"}');
    });
    return registry;
  }

  publish(name: string, ...versions: readonly Published[]): void {
    const known = this.#packages.get(name) ?? new Map<string, { entry: Published; tarball: Buffer }>();
    this.#packages.set(name, known);
    for (const entry of versions) known.set(entry.version, { entry, tarball: pack(name, entry) });
  }

  #packument(name: string): string | undefined {
    const versions = this.#packages.get(name);
    if (versions === undefined) return undefined;
    const manifests = [...versions].map(([version, { entry, tarball }]): [string, unknown] => [
      version,
      {
        bin: 'server.js',
        dist: {
          integrity: entry.integrity ?? integrityOf(tarball),
          tarball: `http://${this.host}/${name}/-/${version}.tgz`,
        },
        name,
        version,
        ...(entry.deprecated !== undefined && { deprecated: entry.deprecated }),
      },
    ]);
    const latest = [...versions.keys()].at(-1);
    return JSON.stringify({ 'dist-tags': { latest }, name, versions: Object.fromEntries<unknown>(manifests) });
  }

  #tarball(path: string): Buffer | undefined {
    const [name = '', file = ''] = path.slice(1).split('/-/');
    return this.#packages.get(name)?.get(file.replace('.tgz', ''))?.tarball;
  }
}

function integrityOf(tarball: Buffer): string {
  return `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
}

/** A server that answers what MCP asks first, and names these tools. */
export function mcpServer(tools: readonly object[], before = ''): string {
  return `${before}
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  const capabilities = { tools: {} };
  const results = {
    initialize: { capabilities, protocolVersion: params?.protocolVersion, serverInfo: { name: 'test', version: '1.0.0' } },
    'tools/list': { tools: ${JSON.stringify(tools)} },
  };
  const answer = results[method] ? { result: results[method] } : { error: { code: -32601, message: 'unknown' } };
  if (id !== undefined) process.stdout.write(JSON.stringify({ id, jsonrpc: '2.0', ...answer }) + '\\n');
});
`;
}

/** A tool as MCP servers name it. */
export const ECHO = { description: 'Says it again.', inputSchema: { type: 'object' }, name: 'echo' };

function pack(name: string, { version, program = mcpServer([ECHO]) }: Published): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'fleetwright-pack-'));
  try {
    mkdirSync(join(folder, 'package'));
    writeFileSync(join(folder, 'package', 'package.json'), JSON.stringify({ bin: 'server.js', name, version }));
    writeFileSync(join(folder, 'package', 'server.js'), program);
    execFileSync('tar', ['-czf', 'package.tgz', 'package'], { cwd: folder });
    return readFileSync(join(folder, 'package.tgz'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
