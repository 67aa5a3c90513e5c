import { orgParts } from '../../charts/index.ts';
import {
  BrokeredSecret,
  EgressPolicy,
  type Fleet,
  FleetwrightError,
  isPipeline,
  type Manifest,
  Memory,
  Model,
  nearest,
  type Org,
  OrgPart,
  Persona,
  Secret,
  Tool,
  Trigger,
} from '../../constructs/index.ts';
import { environmentNames, loadEnvironment } from '../../environments/index.ts';
import { loadFleets } from '../load-fleet.ts';
import { type Answer, rowsOr, type Section } from './answer.ts';
import { purposeOf } from './purposes.ts';
import { outsideOf, reachedBy, reachesOf, sayKind } from './reach.ts';
import { relaxedOf } from './relaxed.ts';
import { sayProps } from './says.ts';
import { spendingOf } from './spending.ts';

/** Names of the orgs that environments list; none outside a fleet. */
export async function readOrgNames(): Promise<string[]> {
  const names: string[] = [];
  for (const name of environmentNames(process.cwd())) names.push(...Object.keys((await loadEnvironment(process.cwd(), name)).orgs));
  return [...new Set(names)].sort();
}

/**
 * Explains an org or a part of one by its path, which may begin with an environment; without, it is explained as the first
 * environment has it.
 *
 * @throws FleetwrightError FW_USAGE for a path that leads nowhere, and what `loadFleets` throws
 */
export async function explainConstruct(path: readonly string[]): Promise<Answer> {
  const [first = ''] = path;
  const isNamed = path.length > 2 || (path.length === 2 && (await namesEnvironment(path)));
  const [env, org = '', part, ...more] = isNamed ? path : [undefined, ...path];
  const isPartOfPart = path.length > 2 && !environmentNames(process.cwd()).includes(first) && (await readOrgNames()).includes(first);
  if (more.length > 0 || path.includes('') || isPartOfPart)
    throw new FleetwrightError('FW_USAGE', `'${path.join('/')}' leads nowhere; write <org>/<part> or <env>/<org>/<part>`);
  const fleets = await loadFleets({ org: [org], ...(env !== undefined && { env: [env] }) });
  const [fleet] = fleets;
  const found = fleet?.orgs.find(({ name }) => name === org);
  if (fleet === undefined || found === undefined) throw new FleetwrightError('FW_USAGE', `no environment has the org '${org}'`);
  return describe(part === undefined ? found : findPart(found, part), fleets);
}

/** Of two names, whether the first is that of an environment: where either could be meant, it is the org. */
async function namesEnvironment([first = '', second = '']: readonly string[]): Promise<boolean> {
  const orgs = await readOrgNames();
  return !orgs.includes(first) && (orgs.includes(second) || environmentNames(process.cwd()).includes(first));
}

function findPart(org: Org, name: string): OrgPart {
  const parts = org.node.children.filter((child) => child instanceof OrgPart);
  const found = parts.find((part) => part.name === name);
  if (found !== undefined) return found;
  const names = parts.map((part) => part.name);
  const close = nearest(name, names);
  const hint = close === undefined ? `it has ${names.join(', ') || 'none'}` : `did you mean '${org.name}/${close}'?`;
  throw new FleetwrightError('FW_USAGE', `${org.node.path} has no part '${name}'; ${hint}`);
}

function describe(construct: Org | OrgPart, fleets: readonly Fleet[]): Answer {
  const spending = spendingOf(construct);
  const others = fleets.slice(1).map(({ environment }) => environment.name);
  const kind = construct instanceof OrgPart ? sayKind(construct) : 'org';
  return {
    subject: construct.node.path,
    kind: 'construct',
    summary: [
      `${/^[aeioAEIO]/.test(kind) ? 'An' : 'A'} ${kind}, made at ${construct.source ?? 'a place that is not known'}.`,
      ...(others.length === 0 ? [] : [`As ${fleets[0]?.environment.name} has it; its org is also in ${others.join(', ')}.`]),
    ].join(' '),
    sections: [
      rowsOr('Says', sayProps(construct), 'Nothing but defaults.'),
      becomesSection(construct),
      ...reachSections(construct),
      ...(spending === undefined ? [] : [{ title: 'May spend', text: spending }]),
      rowsOr('Relaxed', relaxedOf(construct), 'Nothing: it is as closed as its kind can be.'),
    ],
  };
}

function reachSections(construct: Org | OrgPart): Section[] {
  if (!(construct instanceof OrgPart)) return [rowsOr('Reaches outside', outsideOf(construct), 'Nobody.')];
  return [rowsOr('Reaches', reachesOf(construct), 'Nobody.'), rowsOr('Is reached by', reachedBy(construct), 'Nobody.')];
}

/** The objects of a file of its own, or those in its org's file that are made for it. */
function becomesSection(construct: Org | OrgPart): Section {
  const org = construct instanceof OrgPart ? construct.org : construct;
  const rows = orgParts(org).flatMap((file) => {
    if (!file.manifest || (file.construct !== construct && file.construct !== org)) return [];
    const objects = file.render().filter((manifest) => file.construct === construct || isFor(manifest, construct));
    return objects.map((manifest) => ({
      file: `rendered/${file.file}`,
      object: `${manifest.kind} ${manifest.metadata.name}`,
      for: construct instanceof OrgPart ? purposeOf(manifest) : orgPurpose(manifest),
    }));
  });
  const text = placeOf(construct);
  return { title: 'Becomes', ...(rows.length > 0 && { rows }), ...(text !== undefined && { text }) };
}

/** Whether an object in an org's file is made for a secret or a broker of the org. */
function isFor({ kind, metadata: { name, labels } }: Manifest, construct: Org | OrgPart): boolean {
  if (construct instanceof Secret) return name === construct.name && (kind === 'ExternalSecret' || kind === 'SopsSecret');
  if (!(construct instanceof BrokeredSecret)) return false;
  return labels?.['app.kubernetes.io/component'] === 'broker' && labels['app.kubernetes.io/name'] === construct.name;
}

/** In an org's file, objects say by a label what they belong to. */
function orgPurpose(manifest: Manifest): string {
  const component = manifest.metadata.labels?.['app.kubernetes.io/component'];
  const purpose = purposeOf(manifest);
  return component === undefined || component === 'org' ? purpose : `${component}: ${purpose}`;
}

/** Where what has no objects of its own can be seen. */
function placeOf(construct: Org | OrgPart): string | undefined {
  if (construct instanceof Trigger || isPipeline(construct)) return 'A part of what the dispatcher is told of the org: fleet.json.';
  if (construct instanceof Model) return "A part of the gateway's configuration, and of each agent's that may use it.";
  if (construct instanceof Persona) return 'A part of the prompt of each agent that speaks as it.';
  if (construct instanceof EgressPolicy) return 'A part of the way out of each part that was given it.';
  if (construct instanceof Memory) return 'A part of the configuration and the walls of each agent that remembers in it.';
  if (construct instanceof Tool && construct.placement.at.kind === 'sidecar') return 'A container in the pod of each agent that uses it.';
  if (construct instanceof Secret && construct.from.kind === 'reference')
    return 'Nothing: something else puts the Kubernetes Secret there.';
  return undefined;
}
