import { FleetwrightError } from '../constructs/index.ts';

/** Prints why a command could not do its work, and answers with the exit code. Only surprises come with a stack trace. */
export function reportFailure(error: unknown): number {
  if (error instanceof FleetwrightError) {
    process.stderr.write(`${error.message}\n`);
    return error.code === 'FW_POLICY_DENIED' ? 1 : 2;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`This is a defect of Fleetwright; please report it with what follows.\n${text}\n`);
  return 2;
}
