import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runtime } from '@pulumi/pulumi';
import { onTestFinished, vi } from 'vitest';
import type { Manifest } from '../../constructs/index.ts';
import { deployOrg } from './index.ts';

/** A resource as the program asks Pulumi for it. */
export interface Registered {
  /** `kubernetes:apps/v1:Deployment gateway`, which is unique in a stack. */
  readonly title: string;
  readonly inputs: Manifest;
  /** Titles of those that it waits for. */
  readonly waitsFor: readonly string[];
  readonly protect: boolean;
}

/** Which stack is deployed, of which project. */
export interface ProgramOptions {
  readonly root: string;
  readonly stack: string;
  readonly config?: Readonly<Record<string, string>>;
}

const CONFIG = { 'fleetwright:context': 'kind-dev' };

/** What of a request for a resource is looked at. */
interface RegisterRequest {
  getDependenciesList(): string[];
  getName(): string;
  getProtect(): boolean;
  getType(): string;
}

/** Runs the program with the SDK's mocks in the place of Pulumi, and answers with the resources that it asked for. */
export async function runProgram({ root, stack, config = CONFIG }: ProgramOptions): Promise<Registered[]> {
  const inputs = new Map<string, Manifest>();
  await runtime.setMocks(
    {
      call: () => ({}),
      newResource: ({ inputs: asked, name, type }) => {
        inputs.set(`${type} ${name}`, asked as Manifest);
        return { id: name, state: asked as Record<string, unknown> };
      },
    },
    'fleetwright',
    stack,
    false,
  );
  runtime.setAllConfig({ ...config });
  const requests = listenToRequests();
  await deployOrg({ root });
  await runtime.disconnect();
  return requests.map((request) => ({
    title: titleOf(request),
    inputs: inputs.get(titleOf(request)) as Manifest,
    protect: request.getProtect(),
    waitsFor: request.getDependenciesList().map((urn) => urn.split('::').slice(2).join(' ')),
  }));
}

/** The mocks are not told of options such as `protect`; the requests that reach them have all. */
function listenToRequests(): RegisterRequest[] {
  const requests: RegisterRequest[] = [];
  const monitor = runtime.getMonitor();
  if (monitor === undefined) throw new Error('there are no mocks');
  const register = monitor.registerResource.bind(monitor) as (...args: unknown[]) => unknown;
  Object.assign(monitor, {
    registerResource: (request: RegisterRequest, ...rest: unknown[]) => {
      requests.push(request);
      return register(request, ...rest);
    },
  });
  return requests;
}

function titleOf(request: RegisterRequest): string {
  return `${request.getType()} ${request.getName()}`;
}

/** Puts a kubectl in front of all others, until the test ends, that prints this and ends with this code. */
export function stubKubectl({ stdout = '', stderr = '', code = 0 }: { stdout?: string; stderr?: string; code?: number } = {}): void {
  const folder = mkdtempSync(join(tmpdir(), 'fleetwright-kubectl-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'kubectl');
  writeFileSync(file, `#!/bin/sh\ncat <<'END'\n${stdout}\nEND\ncat >&2 <<'END'\n${stderr}\nEND\nexit ${code}\n`);
  chmodSync(file, 0o755);
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH'] ?? ''}`);
  onTestFinished(() => void vi.unstubAllEnvs());
}
