/** How much one run of the benchmark measures. */
export interface Plan {
  /** A folder in memory for projects and outputs. */
  readonly folder: string;
  /** How many agents the fleet has. */
  readonly agents: number;
  /** How often programs are run that take a second or less. */
  readonly rounds: number;
  /** How often cdk8s-plus is run, which takes many. */
  readonly slowRounds: number;
  /** A run on each commit: fewer agents, so what starting costs is subtracted on both sides, and no growth or memory. */
  readonly quick: boolean;
}
