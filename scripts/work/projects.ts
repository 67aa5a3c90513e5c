import type { Project, ProjectSummary } from '../../controller/contract/wire/index.ts';
import { FleetwrightError } from '../../constructs/index.ts';
import { COMMAND, paint, print, printData } from '../print.ts';
import { isMissing } from './find-task.ts';
import { findOrgs, type OrgServer, type ServerOptions } from './server.ts';
import { age, money, plain, show, type ShowOptions, showTable } from './show.ts';

/** Options of `fleetwright projects`. */
export interface ProjectsOptions extends ServerOptions, ShowOptions {}

/** A project, and the org that it is of. */
export interface FoundProject {
  readonly server: OrgServer;
  readonly project: Project;
}

interface Page {
  readonly items: readonly ProjectSummary[];
  readonly cursor?: string;
}

/** Lists projects by name. Answers with the exit code. */
export async function listProjects(options: ProjectsOptions): Promise<number> {
  const lists = await Promise.all((await findOrgs(options)).map(readAll));
  const projects = lists.flat();
  show(projects, options, () => {
    if (projects.length === 0) return print(`No projects. '${COMMAND} projects set <name>' makes one.`);
    showTable(['PROJECT', 'ORG', 'VERSION', 'COST', 'CHANGED', 'TITLE'], projects.map(rowOf));
  });
  return 0;
}

/** Shows a project. Answers with the exit code. */
export async function showProject(name: string, options: ProjectsOptions): Promise<number> {
  const [found, ...others] = await findProjects(name, await findOrgs(options));
  if (found === undefined) throw new FleetwrightError('FW_USAGE', `there is no project '${name}'; '${COMMAND} projects' lists them`);
  if (others.length > 0) throw severalHave(name, [found, ...others]);
  const { org } = found.server;
  show({ org, ...found.project }, options, () => {
    const { title, version, updatedAt, cost, data } = found.project;
    print(`${paint.bold(plain(title))} (${org}/${name}): version ${version}, changed ${age(updatedAt)}, cost ${money(cost)}`);
    printData(data, 'json');
  });
  return 0;
}

/** The projects of this name, of whatever org they are. */
export async function findProjects(name: string, servers: readonly OrgServer[]): Promise<FoundProject[]> {
  const found = servers.map(async (server) => {
    const project = await readProject(server, name);
    return project === undefined ? [] : [{ server, project }];
  });
  return (await Promise.all(found)).flat();
}

/** A project of an org. */
export async function readProject(server: OrgServer, name: string): Promise<Project | undefined> {
  try {
    return await server.get<Project>(`/projects/${encodeURIComponent(name)}`);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** There is more than one of a name. */
export function severalHave(name: string, found: readonly FoundProject[]): FleetwrightError {
  const orgs = found.map(({ server }) => server.org).join(', ');
  return new FleetwrightError('FW_USAGE', `several orgs have a project '${name}': ${orgs}; choose one with --org`);
}

async function readAll(server: OrgServer): Promise<(ProjectSummary & { readonly org: string })[]> {
  const projects: ProjectSummary[] = [];
  for (let after: string | undefined = ''; after !== undefined;) {
    const page: Page = await server.get<Page>(`/projects?limit=1000${after === '' ? '' : `&after=${after}`}`);
    projects.push(...page.items);
    after = page.cursor;
  }
  return projects.map((project) => ({ org: server.org, ...project }));
}

function rowOf({ name, org, version, cost, updatedAt, title }: ProjectSummary & { readonly org: string }): (string | number)[] {
  return [name, org, version, money(cost), age(updatedAt), title];
}
