import { escapeControls } from '../escape-controls.ts';
import { COMMAND, paint, plural, print } from '../print.ts';
import { shellWord } from '../shell-word.ts';
import type { Plan, PlannedAgent } from './plan.ts';

/** What the screen at the start tells of. */
export interface ScreenOptions {
  readonly plan: Plan;
  readonly url: string;
  /** Links that each sign a person in to an org, once; none where the controller has no page. */
  readonly signIns: readonly { readonly org: string; readonly link: string | undefined }[];
  /** Who answers for models. */
  readonly models: string;
  readonly postgres: boolean;
  /** What else has to be known, such as another port. */
  readonly notes: readonly string[];
  /** The title of the task that was begun for a new fleet. */
  readonly firstTask: string | undefined;
  /** The state folder, as it was named. */
  readonly state: string;
}

/** What the commands take where nothing is said. */
const USUAL_STATE = '.fleetwright';
const USUAL_PIPELINE = 'idea';

/** What this machine is not, said once. */
const DIFFERENCES = [
  'Agents run as you, with your rights, and reach whatever you reach: there is no isolation and no egress wall as in a cluster.',
  'Limits of processor and memory, probes, replicas and life-cycle hooks do not count here.',
];
const EMBEDDED =
  'The embedded database survives a crash of these programs, but may lose the last tasks in a power cut; --postgres does not.';

/** One screen: where it is, what runs, what does not and why, what is different here, what to do next. */
export function showScreen({ plan, url, signIns, models, postgres, notes, firstTask, state }: ScreenOptions): void {
  const running = plan.agents.filter(({ obstacle }) => obstacle === undefined);
  const resting = plan.agents.filter(({ obstacle }) => obstacle !== undefined);
  const suffix = stateOption(state);
  const lines = [
    '',
    `${paint.bold('The fleet runs')} at ${paint.cyan(url)} (environment ${plan.environment})`,
    ...signInLines(plan, signIns, suffix),
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
    `Next: in another terminal, ${paint.bold(`${COMMAND} status${suffix}`)}, or ${paint.bold(`${COMMAND} new "an idea"${receiver(plan)}${suffix}`)}. A change to a stack counts at once. Ctrl-C ends it all.`,
    '',
  ];
  print(lines.join('\n'));
}

/** What a command for people has to say of the state folder: nothing where it is the usual one. */
export function stateOption(state: string): string {
  return state === USUAL_STATE ? '' : ` --state ${shellWord(state)}`;
}

function signInLines({ orgs }: Plan, signIns: ScreenOptions['signIns'], suffix: string): string[] {
  const links = signIns.flatMap(({ org, link }) => (link === undefined ? [] : [{ org, link }]));
  const [first, ...others] = links;
  if (first === undefined) return [];
  const again = `Another link: ${COMMAND} sign-in${orgs.length > 1 ? ' --org <name>' : ''}${suffix}`;
  if (others.length === 0 && orgs.length === 1) return [`Sign in, once, within ten minutes: ${paint.cyan(first.link)}`, paint.dim(again)];
  const width = Math.max(...links.map(({ org }) => org.length));
  return [
    'Sign in, once each, within ten minutes:',
    ...links.map(({ org, link }) => `  ${org.padEnd(width)}  ${paint.cyan(link)}`),
    paint.dim(again),
  ];
}

/** Where no single pipeline takes an idea, it has to be said who does. */
function receiver({ agents, pipelines, orgs }: Plan): string {
  const usual = pipelines.filter(({ name }) => name === USUAL_PIPELINE);
  if ((usual.length > 0 ? usual : pipelines).length === 1) return '';
  const [pipeline] = usual.length > 0 ? usual : pipelines;
  const agent = agents.find(({ obstacle, dispatched }) => obstacle === undefined && dispatched);
  const org = pipeline?.org ?? agent?.org;
  if (org === undefined) return '';
  const who = pipeline === undefined ? `--agent ${agent?.name}` : `--pipeline ${pipeline.name}`;
  return ` ${who}${orgs.length > 1 ? ` --org ${org}` : ''}`;
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
