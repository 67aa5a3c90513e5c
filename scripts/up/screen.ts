import { escapeControls } from '../escape-controls.ts';
import { COMMAND, paint, plural, print } from '../print.ts';
import type { Plan, PlannedAgent } from './plan.ts';

/** What the screen at the start tells of. */
export interface ScreenOptions {
  readonly plan: Plan;
  readonly url: string;
  /** A link that signs a person in, once. */
  readonly signIn: string | undefined;
  /** Who answers for models. */
  readonly models: string;
  readonly postgres: boolean;
  /** What else has to be known, such as another port. */
  readonly notes: readonly string[];
  /** The title of the task that was begun for a new fleet. */
  readonly firstTask: string | undefined;
}

/** What this machine is not, said once. */
const DIFFERENCES = [
  'Agents run as you, with your rights, and reach whatever you reach: there is no isolation and no egress wall as in a cluster.',
  'Limits of processor and memory, probes, replicas and life-cycle hooks do not count here.',
];
const EMBEDDED =
  'The embedded database survives a crash of these programs, but may lose the last tasks in a power cut; --postgres does not.';

/** One screen: where it is, what runs, what does not and why, what is different here, what to do next. */
export function showScreen({ plan, url, signIn, models, postgres, notes, firstTask }: ScreenOptions): void {
  const running = plan.agents.filter(({ obstacle }) => obstacle === undefined);
  const resting = plan.agents.filter(({ obstacle }) => obstacle !== undefined);
  const lines = [
    '',
    `${paint.bold('The fleet runs')} at ${paint.cyan(url)} (environment ${plan.environment})`,
    ...(signIn === undefined ? [] : [`Sign in, once, within ten minutes: ${paint.cyan(signIn)}`]),
    ...notes.map((note) => paint.yellow(note)),
    '',
    ...[...Map.groupBy(running, ({ org }) => org)].map(([org, agents]) => `  ${paint.green('runs')}  ${org}: ${namesOf(agents)}`),
    ...[...Map.groupBy(resting, ({ org, obstacle }) => `${org} ${obstacle}`).values()].map(restingLine),
    ...withoutLines(running),
    ...(running.some((agent) => agent.models) ? ['', `Models are answered by ${escapeControls(models)}.`] : []),
    '',
    ...[...DIFFERENCES, ...(postgres ? [] : [EMBEDDED])].map((line) => paint.dim(line)),
    '',
    ...(firstTask === undefined ? [] : [`A first task has begun: "${escapeControls(firstTask)}"`]),
    `Next: in another terminal, ${paint.bold(`${COMMAND} status`)}, or ${paint.bold(`${COMMAND} new "an idea"`)}. A change to a stack counts at once. Ctrl-C ends it all.`,
    '',
  ];
  print(lines.join('\n'));
}

/** Why some agents of an org do not run. */
function restingLine(agents: readonly PlannedAgent[]): string {
  const names = agents.map(({ name }) => name).join(', ');
  return `  ${paint.red('not')}   ${agents[0]?.org}: ${names}: ${escapeControls(agents[0]?.obstacle ?? '')}`;
}

/** Which agents do without what. */
function withoutLines(agents: readonly PlannedAgent[]): string[] {
  const pairs = agents.flatMap(({ org, name, missing }) => missing.map((what) => [what, `${org}/${name}`] as const));
  const groups = [...Map.groupBy(pairs, ([what]) => what)];
  return groups.map(([what, who]) => `  ${paint.yellow('less')}  ${who.map(([, name]) => name).join(', ')}: no ${escapeControls(what)}`);
}

function namesOf(agents: readonly PlannedAgent[]): string {
  const names = agents.map(({ name }) => name).join(', ');
  return agents.length > 1 ? `${names} ${paint.dim(`(${plural(agents.length, 'agent')}, each started when it has work)`)}` : names;
}
