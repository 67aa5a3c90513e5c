import type { BinaryName } from './binaries/index.ts';

/** A set of tests with the programs it needs. A tier stands beside the others: none needs another to have run. */
export interface Tier {
  /** As in `npm run e2e:<name>`; also the folder of its tests. */
  readonly name: string;
  /** What it shows, for the report. */
  readonly shows: string;
  /** Without any, the tier needs nothing of Kubernetes at all. */
  readonly binaries: readonly BinaryName[];

  /**
   * A program that is not built here, because no registry serves it. Where it is not on the PATH, the tier does not run.
   *
   * @default none
   */
  readonly program?: string;
}

/** All tiers, the cheapest first. */
export const tiers: readonly Tier[] = [
  {
    name: 'package',
    shows: 'the packed package starts a repository that works, under each Node.js and TypeScript that it names',
    binaries: [],
  },
  {
    name: 'api',
    shows: 'a real API server takes every object, strictly and without a warning',
    binaries: ['kube-apiserver', 'etcd', 'kubectl'],
  },
  {
    name: 'control',
    shows: 'controllers bring every workload to life, with no rights beyond the table',
    binaries: ['kube-apiserver', 'etcd', 'kube-controller-manager', 'kube-scheduler', 'kwok'],
  },
  {
    name: 'pulumi',
    shows: 'Pulumi brings an org into a cluster, changes what an edit is about, sees drift, and removes it again',
    binaries: ['kube-apiserver', 'etcd', 'kubectl', 'kube-controller-manager', 'kube-scheduler', 'kwok'],
    program: 'pulumi',
  },
  {
    name: 'web',
    shows: 'a browser shows the page: every part of it usable, fast, and safe from what agents write',
    binaries: [],
  },
  {
    name: 'kills',
    shows: 'the controller loses nothing when it, its database and its network fail, and each seeded fault of it is caught',
    binaries: [],
  },
  {
    name: 'workstation',
    shows: 'zsh and fish complete command lines as the program says, and the doctor understands the keys of age',
    binaries: [],
  },
  {
    name: 'factory',
    shows: 'an idea becomes a program that is tested, repaired, reviewed and merged, by agents on one machine',
    binaries: [],
  },
  {
    name: 'agents',
    shows: 'the coding agents that runtimes are named for do tasks, with the models and tools that they are given',
    binaries: [],
  },
  {
    name: 'egress',
    shows: 'a real squid lets each agent to its own hosts, and to nothing else',
    binaries: [],
  },
  {
    name: 'gateway',
    shows: 'a real LiteLLM does what models, keys, limits and guardrails say',
    binaries: [],
  },
  {
    name: 'up',
    shows: 'a fleet on a laptop outlives kills, sleep and agents of every bad kind, and leaves no process behind',
    binaries: [],
  },
];
