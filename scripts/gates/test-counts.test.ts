import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addCounts, countTests, countTierTests } from './test-counts.ts';
import { aRepository } from './testing.ts';

describe('countTests', () => {
  it('counts what did not pass as failed, skipped tests too', () => {
    const testResults = [{ status: 'failed', assertionResults: [{}] }];
    expect(countTests(aFile({ numTotalTests: 10, numPassedTests: 7, testResults }))).toEqual({
      passed: 7,
      failed: 3,
    });
  });

  it('knows nothing when a file of tests could not be loaded', () => {
    const testResults = [{ status: 'failed', assertionResults: [] }];
    expect(countTests(aFile({ numTotalTests: 10, numPassedTests: 10, testResults }))).toBeUndefined();
  });

  it('knows nothing without a report', () => {
    expect(countTests('/nowhere.json')).toBeUndefined();
  });
});

describe('countTierTests', () => {
  it('adds the tiers up', () => {
    const tiers = [
      { name: 'api', tests: 5, passed: 5 },
      { name: 'control', tests: 4, passed: 3 },
    ];
    expect(countTierTests(aFile(tiers))).toEqual({ passed: 8, failed: 1 });
  });

  it('knows nothing when a tier ran no test, or without a report', () => {
    expect(countTierTests(aFile([{ name: 'api', tests: 0, passed: 0 }]))).toBeUndefined();
    expect(countTierTests('/nowhere.json')).toBeUndefined();
  });
});

describe('addCounts', () => {
  it('adds', () => {
    expect(
      addCounts([
        { passed: 1, failed: 2 },
        { passed: 3, failed: 4 },
      ]),
    ).toEqual({ passed: 4, failed: 6 });
    expect(addCounts([])).toEqual({ passed: 0, failed: 0 });
  });
});

function aFile(content: unknown): string {
  return join(aRepository({ 'report.json': JSON.stringify(content) }), 'report.json');
}
