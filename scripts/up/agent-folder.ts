import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { spawn } from 'node:child_process';
import type { PlannedAgent } from './plan.ts';
import type { StateFolder } from './state-folder.ts';

/** How long setup commands may take, in milliseconds. */
const SETUP_MS = 300_000;

/** Where an agent's worker starts, and with which variables. */
export interface AgentFolder {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Puts down what a pod would mount: the contract's files, in a folder that no other version of them has, so that a task that still runs goes on
 * with those it began with; the workspace's first files where they are missing.
 *
 * @param index counts the workers of the agent: each has a workspace of its own
 */
export function prepareFolder(agent: PlannedAgent, state: StateFolder, index = 0): AgentFolder {
  const { org, name, contract, workspace } = agent;
  const place = ['agents', org, name];
  const home = state.folder(...place, 'home');
  const digest = hash('sha256', JSON.stringify(contract), 'hex').slice(0, 16);
  const config = state.folder(...place, 'contract', digest);
  for (const [file, text] of Object.entries(contract.files)) state.write(relative(state.path, join(config, file)), text);
  const env = { ...contract.env, AGENT_CONFIG: join(config, 'config.yaml') };
  if (workspace === undefined) return { cwd: home, env };
  const cwd = state.folder(...place, index === 0 ? 'workspace' : `workspace-${index + 1}`);
  for (const [file, text] of Object.entries(workspace)) {
    const path = join(cwd, file);
    if (existsSync(path)) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return { cwd, env: { ...env, AGENT_WORKSPACE: cwd } };
}

/** Runs the commands that prepare an agent's home, once for each version of them. @throws Error with their last words */
export async function setUp({ org, name, setup }: PlannedAgent, { env }: AgentFolder, state: StateFolder): Promise<void> {
  const done = join('agents', org, name, 'setup-done');
  const text = setup.join('\n');
  if (text === '' || state.read(done) === text) return;
  const child = spawn('sh', ['-ec', text], {
    cwd: env['HOME'],
    env: { PATH: process.env['PATH'], ...env, ...state.mark },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: SETUP_MS,
  });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => (said = (said + piece.toString()).slice(-2000)));
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`its setup ended with ${code}: ${said.trim().split('\n').at(-1) ?? ''}`);
  state.write(done, text);
}

/** The file of an agent's token, and what is in it. */
export function tokenFile(
  { org, name }: Pick<PlannedAgent, 'org' | 'name'>,
  state: StateFolder,
): { file: string; token: string | undefined } {
  const file = join('tokens', org, name);
  const path = join(state.path, file);
  return { file, token: existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined };
}
