import type { Claim } from '../../contract/wire/index.ts';

/** Id of the task of `CLAIM`. */
export const ID = '5f0e2ab4-0000-4000-8000-000000000001';

/** A task that a program is given, for tests of adapters. */
export const CLAIM: Claim = {
  fence: { task: ID, attempt: 1, token: ID },
  org: 'acme',
  agent: 'coder',
  title: 'Fix the build',
  input: { branch: 'main' },
  needs: [],
  answers: [],
  budget: 0,
  leaseSeconds: 30,
  leaseUntil: '2026-01-01T00:00:00Z',
};
