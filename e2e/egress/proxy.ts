import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from '../binaries/index.ts';
import type { Namespace } from './namespace.ts';
import type { SquidPackage } from './squid-package.ts';

/** What a proxy is started with. */
export interface ProxyOptions {
  readonly squid: SquidPackage;
  /** Where it runs; needed to start it. */
  readonly namespace?: Namespace;
  /** A folder of the test, which takes the place of `/etc/squid`. */
  readonly folder: string;
  /** The objects of the proxy, as they are rendered. */
  readonly objects: readonly { readonly kind: string; readonly [field: string]: unknown }[];
  /** Lines of a hosts file: what DNS would say. */
  readonly hosts: readonly string[];
}

const UID = '10001';

/** A squid as the Deployment runs it: same arguments, same files, same user; nothing may be written but `/dev/shm`. */
export class Proxy {
  readonly #options: ProxyOptions;
  #child: ChildProcess | undefined;

  constructor(options: ProxyOptions) {
    this.#options = options;
    const { folder, hosts } = options;
    for (const name of ['agents', 'conf']) mkdirSync(join(folder, name), { recursive: true });
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, 'hosts'), `${hosts.join('\n')}\n`);
    writeFileSync(join(folder, 'log'), '');
    chmodSync(join(folder, 'log'), 0o666);
    for (const [name, text] of Object.entries(this.#data())) writeFileSync(join(folder, 'conf', name), this.#relocate(text));
  }

  /** Gives a client its password. */
  setPassword(client: string, password: string): void {
    writeFileSync(join(this.#options.folder, 'agents', client), password);
  }

  /** What squid says about its configuration. */
  async parse(): Promise<{ readonly code: number; readonly complaints: readonly string[] }> {
    const { code, stdout, stderr } = await runCommand(this.#options.squid.binary, ['-k', 'parse', '-f', this.#config], {
      env: this.#options.squid.env,
    });
    return { code, complaints: `${stdout}\n${stderr}`.split('\n').filter((line) => /WARNING|ERROR|FATAL|Bungled/.test(line)) };
  }

  /** Starts squid in the namespace and waits until it serves. */
  async start(): Promise<void> {
    const { namespace, squid, folder } = this.#options;
    if (namespace === undefined) throw new Error('a proxy is started in a network namespace only');
    const log = openSync(join(folder, 'log'), 'a');
    const unprivileged = `setpriv --reuid=${UID} --regid=${UID} --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all`;
    const script = `mount -t tmpfs -o size=16m,mode=1777 shm /dev/shm && mount -o remount,bind,ro / && exec ${unprivileged} "$@"`;
    const enter = ['--target', String(namespace.pid), '--net', '--', 'unshare', '--mount', '--', 'sh', '-ec', script, 'sh'];
    this.#child = spawn('nsenter', [...enter, squid.binary, ...this.#arguments()], {
      env: { ...process.env, ...squid.env },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    for (let tries = 0; tries < 100; tries++) {
      if (this.#child.exitCode !== null) break;
      if ((await namespace.request({ method: 'CONNECT', target: 'ready.test:443' })).status === 407) return;
      await sleep(100);
    }
    throw new Error(`squid does not serve:\n${this.log()}`);
  }

  /** What it logged. */
  log(): string {
    return readFileSync(join(this.#options.folder, 'log'), 'utf8');
  }

  /** Asks it to end, as the kubelet does. */
  terminate(): void {
    this.#child?.kill('SIGTERM');
  }

  /** Kills it. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => {
      child.once('exit', resolve);
    });
    child.kill('SIGKILL');
    await ended;
  }

  get #config(): string {
    return join(this.#options.folder, 'conf', 'squid.conf');
  }

  #data(): Record<string, string> {
    const map = this.#options.objects.find(({ kind }) => kind === 'ConfigMap');
    const data = map?.['data'] as Record<string, string> | undefined;
    if (data?.['squid.conf'] === undefined) throw new Error('the rendered objects hold no squid.conf');
    const config = [
      ...this.#options.squid.prelude,
      `hosts_file ${join(this.#options.folder, 'hosts')}`,
      'dns_nameservers 127.0.0.1',
      data['squid.conf'],
    ];
    return { ...data, 'squid.conf': config.join('\n') };
  }

  /** The arguments of the container, but for the program itself. */
  #arguments(): string[] {
    const deployment = this.#options.objects.find(({ kind }) => kind === 'Deployment');
    const spec = deployment?.['spec'] as { template: { spec: { containers: [{ command: string[] }] } } };
    return spec.template.spec.containers[0].command.slice(1).map((argument) => this.#relocate(argument));
  }

  #relocate(text: string): string {
    return text.replaceAll('/etc/squid', this.#options.folder);
  }
}
