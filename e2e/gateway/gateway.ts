import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { orgParts } from '../../charts/index.ts';
import type { Manifest, Org } from '../../constructs/index.ts';
import { Component, waitFor } from '../cluster/component.ts';
import { freePort } from '../../test/free-port.ts';
import type { RunFolder } from '../cluster/index.ts';
import type { GatewayPrograms } from './install.ts';

/** How `Gateway.start` runs what was rendered. */
export interface GatewayOptions {
  readonly run: RunFolder;
  readonly programs: GatewayPrograms;
  readonly org: Org;
  /** Agent → its key. */
  readonly keys: Readonly<Record<string, string>>;
  /** Values of the variables that come from Secrets. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What stands in the configuration → what is there instead, on this machine: addresses of providers. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** An answer of the gateway. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** The gateway of an org, run from the very objects that were rendered: their files, their command line, their variables. */
export class Gateway {
  readonly #litellm: Component;
  readonly #redis: Component;
  readonly #url: string;
  readonly #redisPort: number;
  readonly #keysFolder: string;
  readonly #keys: Map<string, string>;

  static async start(options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(options, await freePort(), await freePort());
    const components = [gateway.#litellm, gateway.#redis];
    try {
      await waitFor({ what: 'the gateway to be ready', seconds: 240, components, pending: () => gateway.#pending() });
    } catch (error) {
      await gateway.stop();
      throw error;
    }
    return gateway;
  }

  // oxlint-disable-next-line eslint/max-params -- called above only
  private constructor({ run, programs, org, keys, secrets, addresses }: GatewayOptions, port: number, redisPort: number) {
    const folder = join(run.path, `gateway-${port}`);
    this.#redisPort = redisPort;
    this.#keysFolder = join(folder, 'keys');
    mkdirSync(join(folder, 'config'), { recursive: true });
    mkdirSync(this.#keysFolder);
    this.#keys = new Map();
    for (const [agent, key] of Object.entries(keys)) this.setKey(agent, key);

    const objects = orgParts(org)[0]?.render() as Manifest[];
    const places = { ...addresses, [`gateway-cache.${org.name}.svc.cluster.local`]: '127.0.0.1', ': 6379': `: ${redisPort}` };
    for (const [file, content] of Object.entries(find(objects, 'ConfigMap')['data'] as Record<string, string>)) {
      writeFileSync(
        join(folder, 'config', file),
        Object.entries(places).reduce((changed, [from, to]) => changed.replaceAll(from, to), content),
      );
    }
    const { args, env } = containerOf(find(objects, 'Deployment'));
    const variables = env.map(({ name, value }) => `${name}=${value ?? secrets[name] ?? ''}`);
    const local = {
      '/etc/gateway/config/config.yaml': join(folder, 'config', 'config.yaml'),
      '0.0.0.0': '127.0.0.1',
      '4000': String(port),
    };
    this.#url = `http://127.0.0.1:${port}`;
    this.#redis = this.#spawn(run, folder, 'redis', [
      ...toVariables(programs.redisEnvironment),
      programs.redis,
      ...redisArguments(objects, folder, redisPort),
    ]);
    this.#litellm = this.#spawn(run, folder, 'litellm', [
      ...variables,
      `AGENT_KEYS_DIR=${this.#keysFolder}`,
      `HOME=${folder}`,
      // Should it crash, the log says where.
      'PYTHONFAULTHANDLER=1',
      programs.litellm,
      ...args.map((argument) => local[argument as keyof typeof local] ?? argument),
    ]);
  }

  /** Gives an agent a key, as Kubernetes does: the file appears whole. */
  setKey(agent: string, key: string): void {
    this.#keys.set(agent, key);
    const unfinished = join(this.#keysFolder, `.${agent}`);
    writeFileSync(unfinished, key);
    renameSync(unfinished, join(this.#keysFolder, agent));
  }

  /** A request with an agent's key, or with the text itself where no agent has that name. */
  async send(agent: string, path: string, body?: object, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const key = this.#keys.get(agent) ?? agent;
    const response = await this.#fetch(path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    });
    const content = await response.text();
    return { status: response.status, headers: response.headers, text: content, body: toObject(content) };
  }

  /** A chat completion. The text is one that nobody sent before, unless it is given. */
  async chat(agent: string, model: string, content: string = `question ${++questions}`, fields: object = {}): Promise<Answer> {
    return this.send(agent, '/v1/chat/completions', { model, messages: [{ role: 'user', content }], ...fields });
  }

  /** What Redis answers to a command, line by line. */
  async askRedis(command: string): Promise<string[]> {
    const socket = connect(this.#redisPort, '127.0.0.1');
    socket.end(`${command}\r\n`);
    return (await text(socket)).trim().split('\r\n');
  }

  /** Kills Redis alone. */
  async stopRedis(): Promise<void> {
    await this.#redis.stop();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#litellm.stop(), this.#redis.stop()]);
  }

  async #fetch(path: string, request: RequestInit): Promise<Response> {
    try {
      return await fetch(`${this.#url}${path}`, request);
    } catch (cause) {
      if (!this.#litellm.hasEnded) throw cause;
      throw new Error(`LiteLLM has ended; its log says:\n${this.#litellm.logTail(40)}`, { cause });
    }
  }

  // oxlint-disable-next-line eslint/max-params -- called above only
  #spawn(run: RunFolder, folder: string, name: string, args: readonly string[]): Component {
    // `env` becomes the program that it starts, so the process id is the program's.
    return new Component({ run, folder, name, binary: '/usr/bin/env', args });
  }

  async #pending(): Promise<string | undefined> {
    const answer = await this.send('nobody', '/health/readiness');
    return answer.status === 200 ? undefined : `readiness says ${answer.status}: ${answer.text}`;
  }
}

let questions = 0;

function find(objects: readonly Manifest[], kind: string, name = 'gateway'): Manifest {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} '${name}' was rendered`);
  return found;
}

interface Container {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
}

function containerOf(deployment: Manifest): Container {
  const { template } = deployment['spec'] as { template: { spec: { containers: readonly [Container] } } };
  return template.spec.containers[0];
}

function redisArguments(objects: readonly Manifest[], folder: string, port: number): string[] {
  const [, ...args] = containerOf(find(objects, 'Deployment', 'gateway-cache')).command;
  return [...args.map((argument) => (argument === '/data' ? folder : argument)), '--bind', '127.0.0.1', '--port', String(port)];
}

function toVariables(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name}=${value}`);
}

function toObject(content: string): Record<string, unknown> {
  try {
    return JSON.parse(content) as Record<string, unknown>;
  } catch {
    return {};
  }
}
