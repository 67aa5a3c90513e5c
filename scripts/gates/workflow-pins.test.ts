import { describe, expect, it } from 'vitest';
import { describeFinding } from './finding.ts';
import { aRepository } from './testing.ts';
import { findUnpinnedActions } from './workflow-pins.ts';

const COMMIT = '3d3c42e5aac5ba805825da76410c181273ba90b1';

function findingsIn(action: string, file = '.github/workflows/ci.yml'): string[] {
  const text = `jobs:\n  check:\n    steps:\n      - run: npm ci\n      - uses: ${action}\n`;
  return findUnpinnedActions(aRepository({ [file]: text })).map(describeFinding);
}

describe('findUnpinnedActions', () => {
  it.each([`actions/checkout@${COMMIT} # v7.0.1`, `github/codeql-action/upload-sarif@${COMMIT} # v4.36.2`, './.github/actions/ours'])(
    'is content with %s',
    (action) => {
      expect(findingsIn(action)).toEqual([]);
    },
  );

  it.each([
    'actions/checkout@v4',
    'actions/checkout@main',
    'actions/checkout',
    `actions/checkout@${COMMIT}`,
    `actions/checkout@${COMMIT.slice(1)} # v7.0.1`,
    `actions/checkout@${COMMIT} # v7`,
  ])('refuses %s', (action) => {
    expect(findingsIn(action)).toEqual([
      `.github/workflows/ci.yml:5: the action '${action}' is not pinned: write its commit, and behind it '# v1.2.3'`,
    ]);
  });

  it('reads the workflow of new repositories too', () => {
    expect(findingsIn('actions/checkout@v4', 'scripts/init/repository/pull-request.yaml')).toHaveLength(1);
  });

  it('is content where there is no workflow', () => {
    expect(findUnpinnedActions(aRepository())).toEqual([]);
  });
});
