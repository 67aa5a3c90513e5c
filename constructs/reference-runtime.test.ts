import { describe, expect, it } from 'vitest';
import { aModel, anAgent, anIntent, anOrg } from '../test/builders.ts';
import { type AgentProps, Size, WorkerRuntime, Workspace } from './index.ts';

describe('WorkerRuntime.reference', () => {
  it.each<[unknown, string]>([
    [['/bin/git'], "'commands' must be names of programs, without a path, got '/bin/git'"],
    [['git push'], "'commands' must be names of programs, without a path, got 'git push'"],
    [['a,b'], "'commands' must be names of programs, without a path, got 'a,b'"],
    [[7], "'commands' must be names of programs, without a path, got 7"],
    [['sh'], "'commands' must name no shell, nor what starts programs of its own choice, got 'sh'"],
    [['xargs'], "'commands' must name no shell, nor what starts programs of its own choice, got 'xargs'"],
    [['git', 'git'], "'commands' must be a list of names, each once"],
    ['git', "'commands' must be a list of names, each once"],
  ])('refuses the commands %j', (commands, message) => {
    expect(() => WorkerRuntime.reference({ commands: commands as string[] })).toThrow(`WorkerRuntime.reference: ${message}`);
  });
});

describe('The repository of an agent', () => {
  const workspace = Workspace.scratch(Size.gibibytes(1));

  function build(repository: string, props: Partial<AgentProps> = {}) {
    const org = anOrg();
    const runtime = WorkerRuntime.reference({ commands: ['git', 'node'] });
    const base = { runtime, workspace, models: { primary: aModel(org) }, egress: [anIntent('git.example.org')] };
    return anAgent(org, 'a', { ...base, repository, ...props });
  }

  const ADDRESS = "'repository' must be the https address of a Git repository, without a user, a port or '..', got";
  it.each<[string, Partial<AgentProps>, string]>([
    ['git@git.example.org:a.git', {}, `${ADDRESS} 'git@git.example.org:a.git'`],
    ['https://me:pass@git.example.org/a.git', {}, `${ADDRESS} 'https://me:pass@git.example.org/a.git'`],
    ['https://git.example.org/../a.git', {}, `${ADDRESS} 'https://git.example.org/../a.git'`],
    ['ext::sh -c x', {}, `${ADDRESS} 'ext::sh -c x'`],
    ['https://git.example.com/a.git', {}, "'repository' must be on a host of `brokered` or `egress`, got 'git.example.com'"],
    ['https://git.example.org/a.git', { workspace: undefined }, "'workspace' must be set, as the repository is cloned into it"],
    [
      'https://git.example.org/a.git',
      { runtime: WorkerRuntime.codex() },
      "'repository' must go with WorkerRuntime.reference; other programs clone in the setup of their runtime",
    ],
  ])('is refused: %s, %j', (repository, props, message) => {
    expect(() => build(repository, props)).toThrow(`test/acme/a cannot be built:\n  - ${message}`);
  });
});
