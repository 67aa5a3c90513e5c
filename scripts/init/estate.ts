import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, parseDocument } from 'yaml';
import { environmentNames } from '../../environments/index.ts';
import type { Template } from './templates.ts';

/** The domain of the example estate; its environments are below it. */
export const EXAMPLE_DOMAIN = 'fleet.example.com';

/** The repository of the example estate, which does not exist. */
export const EXAMPLE_REPO = 'https://git.example.com/platform/fleet.git';

const SCHEMA = '$schema=../node_modules/fleetwright/build/environment.schema.json';

const TOOLS_SCHEMA = '$schema=./environments/';

/** Comments that documents and linters of ours read, and nobody else. */
const MARKS = /^ *(\/\/|#) (#(end)?region|oxlint-disable).*\n/gm;

/** What is put in the place of what the example estate says. */
export interface EstateValues {
  /** Each environment's domain is this one, or a name below it. */
  readonly domain: string;
  /** URL of the Git repository that Argo CD reads. */
  readonly repo: string;
}

/** Stacks, the tools that they take from the registry, environments and sealed secrets of a template, by their paths. */
export function estateFiles(template: Template, values: EstateValues): Map<string, string> {
  const folder = estateFolder();
  const stacks = namesIn(folder, 'stacks', '.ts', template.orgs);
  const environments = environmentNames(folder).filter((name) => template.environments?.includes(name) ?? true);
  const programs = stacks.map((org) => read(folder, `stacks/${org}.ts`, adaptStack));
  const tools = programs.some(([, text]) => text.includes('ToolRegistry')) ? ['tools.lock', 'tools.yaml'] : [];
  return new Map([
    ...programs,
    ...stacks.flatMap((org) => transcriptsOf(folder, org)),
    ...tools.map((file) => read(folder, file, (text) => text.replace(TOOLS_SCHEMA, '$schema=./node_modules/fleetwright/build/'))),
    ...environments.flatMap((name) => [
      read(folder, `environments/${name}.yaml`, (text) => adaptEnvironment(text, template, values)),
      ...namesIn(folder, `environments/secrets/${name}`, '.yaml')
        .filter((id) => stacks.includes(id.split('.')[0] ?? ''))
        .map((id) => read(folder, `environments/secrets/${name}/${id}.yaml`)),
    ]),
  ]);
}

/** What stands in for models where there is no key. */
function transcriptsOf(root: string, org: string): [string, string][] {
  const folder = `stacks/transcripts/${org}`;
  return existsSync(join(root, folder))
    ? namesIn(root, folder, '.yaml').map((agent) => read(root, `${folder}/${agent}.yaml`, (text) => text.replace(MARKS, '')))
    : [];
}

/** In the package, the example estate is beside the programs; in the repository, its folders are at the top. */
function estateFolder(): string {
  return import.meta.filename.endsWith('.ts') ? join(import.meta.dirname, '..', '..') : join(import.meta.dirname, 'estate');
}

function namesIn(root: string, folder: string, ending: string, chosen?: readonly string[]): string[] {
  const names = readdirSync(join(root, folder))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length));
  return names.filter((name) => chosen?.includes(name) ?? true).sort();
}

function read(root: string, path: string, adapt = (text: string) => text): [string, string] {
  return [path, adapt(readFileSync(join(root, path), 'utf8'))];
}

function adaptStack(text: string): string {
  return text.replace("'../constructs/index.ts'", "'fleetwright'").replace(MARKS, '');
}

function adaptEnvironment(text: string, { orgs, images }: Template, { domain, repo }: EstateValues): string {
  const document = parseDocument(text.replace('$schema=./environment.schema.json', SCHEMA).replace(MARKS, ''));
  document.setIn(
    ['domain'],
    String(document.get('domain')).replace(EXAMPLE_DOMAIN, () => domain),
  );
  document.setIn(['delivery', 'repo'], repo);
  for (const [key, kept] of Object.entries({ orgs, images })) {
    const map = document.get(key);
    if (isMap(map) && kept !== undefined) map.items = map.items.filter((pair) => kept.includes(String(pair.key)));
  }
  return document.toString({ flowCollectionPadding: false, lineWidth: 0 });
}
