import { readFileSync } from 'node:fs';
import { type Project, Refusal } from '../../controller/contract/wire/index.ts';
import { FleetwrightError } from '../../constructs/index.ts';
import { isRecord } from '../is-record.ts';
import { MARKS, print } from '../print.ts';
import {
  applyEdits,
  type Change,
  changesBetween,
  collisions,
  type Edit,
  parseAssignment,
  parseExactly,
  parseKey,
} from './project-edits.ts';
import { findProjects, type ProjectsOptions, readProject, severalHave } from './projects.ts';
import { findOrgs, type OrgServer } from './server.ts';
import { plain, shorten, show } from './show.ts';

/** Options of `fleetwright projects set`. */
export interface SetOptions extends ProjectsOptions {
  readonly title?: string;
  /** File with all of the data. */
  readonly data?: string;
  /** Keys to take away. */
  readonly unset?: readonly string[];
}

/** A project as it was seen, or as it would be made. */
type Seen = Pick<Project, 'data' | 'title' | 'version'>;

interface Written {
  readonly project: Project;
  readonly changes: readonly Change[];
  readonly isNew: boolean;
}

/** Makes or repairs a project, and shows the difference. Answers with the exit code. */
export async function setProject(name: string, assignments: readonly string[], options: SetOptions): Promise<number> {
  const edits = editsOf(assignments, options);
  const server = await findServer(name, options);
  const written = await write(server, name, edits);
  const changes = written.changes.map(({ path, ...rest }) => ({ path: path.join('.'), ...rest }));
  show({ org: server.org, ...written.project, changes }, options, () => tell(server.org, written));
  return 0;
}

function editsOf(assignments: readonly string[], { title, data, unset = [] }: SetOptions): Edit[] {
  const edits: Edit[] = [
    ...(title === undefined ? [] : [{ path: ['title'], value: title }]),
    ...(data === undefined ? [] : [{ path: ['data'], value: readData(data) }]),
    ...unset.map((key) => ({ path: parseKey(key) })),
    ...assignments.map(parseAssignment),
  ];
  if (edits.length > 0) return edits;
  throw new FleetwrightError('FW_USAGE', 'say what to set: key=value, --unset <key>, --data <file> or --title <text>');
}

function readData(file: string): unknown {
  let data: unknown;
  try {
    data = parseExactly(new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file)));
  } catch (cause) {
    if (cause instanceof FleetwrightError) throw cause;
    throw new FleetwrightError('FW_USAGE', `'${file}' cannot be read as JSON`, { cause });
  }
  if (isRecord(data)) return data;
  throw new FleetwrightError('FW_USAGE', `'${file}' must hold a JSON object`);
}

async function findServer(name: string, options: ProjectsOptions): Promise<OrgServer> {
  const servers = await findOrgs(options);
  const found = await findProjects(name, servers);
  if (found.length > 1) throw severalHave(name, found);
  const [server, ...others] = found.length === 1 ? found.map((each) => each.server) : servers;
  if (server !== undefined && others.length === 0) return server;
  const orgs = servers.map(({ org }) => org).join(', ');
  throw new FleetwrightError('FW_USAGE', `there is no project '${name}' yet; say with --org whose it is to be: ${orgs}`);
}

/** What others have changed meanwhile is kept, and what both have changed is not decided here. */
async function write(server: OrgServer, name: string, edits: readonly Edit[]): Promise<Written> {
  const seen = await see(server, name);
  try {
    return await put(server, name, seen, edits);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'FW_STATE_CONFLICT') throw error;
    const now = await see(server, name);
    const theirs = collisions(changesBetween(textOf(seen), textOf(now)), edits);
    // An answer that was lost on its way: what was wanted is there.
    const isDone = changesBetween(textOf(now), applyEdits(textOf(now), edits)).length === 0;
    if (theirs.length === 0 || isDone) return put(server, name, now, edits);
    const lines = theirs.map((change) => `  ${lineOf(change)}`).join('\n');
    const what = `somebody has changed project '${name}' meanwhile, and nothing was set; look at it, and decide anew`;
    throw new Refusal(error.code, `${what}:\n${lines}\n [${error.code}]`, { cause: error });
  }
}

async function see(server: OrgServer, name: string): Promise<Seen> {
  return (await readProject(server, name)) ?? { title: name, data: {}, version: 0 };
}

async function put(server: OrgServer, name: string, seen: Seen, edits: readonly Edit[]): Promise<Written> {
  const { version } = seen;
  const wanted = applyEdits(textOf(seen), edits);
  const project = await server.put<Project>(`/projects/${encodeURIComponent(name)}`, { ...wanted, version });
  const isNew = version === 0;
  return { project, isNew, changes: changesBetween(isNew ? { title: undefined, data: {} } : textOf(seen), textOf(project)) };
}

function textOf({ title, data }: Pick<Project, 'data' | 'title'>) {
  return { title, data };
}

function tell(org: string, { project: { name, version }, changes, isNew }: Written): void {
  if (changes.length === 0) return print(`Project ${org}/${name} is so already: version ${version}.`);
  print(`${isNew ? 'Made' : 'Changed'} project ${org}/${name}: version ${version}.`);
  for (const change of changes) print(lineOf(change));
}

function lineOf(change: Change): string {
  const { path, before, after } = change;
  const key = path[0] === 'title' ? 'the title' : path.slice(1).join('.') || 'the data';
  const value = (each: unknown) => shorten(plain(JSON.stringify(each)));
  if (!('before' in change)) return `${MARKS.added} ${plain(key)}: ${value(after)}`;
  if (!('after' in change)) return `${MARKS.removed} ${plain(key)}: ${value(before)}`;
  return `${MARKS.changed} ${plain(key)}: ${value(before)} → ${value(after)}`;
}
