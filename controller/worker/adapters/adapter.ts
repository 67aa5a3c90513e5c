import type { Claim } from '../../contract/wire/index.ts';
import type { Said } from '../outcome.ts';

/** How to start a program for one task. */
export interface ProgramCall {
  /** The program and its arguments. */
  readonly argv: readonly string[];

  /** What it reads as standard input. */
  readonly input: string;

  /** Variables of its own. @default none */
  readonly env?: Readonly<Record<string, string>>;

  /** Files that it looks for, by their paths, which nobody else may read. @default none */
  readonly files?: Readonly<Record<string, string>>;
}

/** How a program is told its task, and how it tells its result. */
export interface Adapter {
  /** @param env the variables of the contract */
  readonly call: (program: readonly string[], claim: Claim, env: NodeJS.ProcessEnv) => ProgramCall;

  /** What its standard output says, of which this is the end. */
  readonly read: (output: string, env: NodeJS.ProcessEnv) => Said;
}
