import { FleetwrightError } from '../constructs/index.ts';
import type { Finding } from './finding.ts';
import { reportFindings } from './report.ts';

/** Thrown when a fleet breaks rules, with all that were broken. Nothing was written. */
export class PolicyDeniedError extends FleetwrightError {
  override readonly name = 'PolicyDeniedError';
  /** At least one of them is an error; warnings of the same run are among them. */
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    super('FW_POLICY_DENIED', reportFindings(findings));
    this.findings = findings;
  }
}

/**
 * Throws when one of the findings is an error.
 *
 * @throws PolicyDeniedError FW_POLICY_DENIED
 */
export function refuseErrors(findings: readonly Finding[]): void {
  if (findings.some(({ severity }) => severity === 'error')) throw new PolicyDeniedError(findings);
}
