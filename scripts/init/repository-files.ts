import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPackage } from '../version.ts';
import type { Choices } from './ask.ts';
import { estateFiles } from './estate.ts';
import type { JsonObject } from './package-file.ts';
import { templates } from './templates.ts';

/** Files that are the same in all repositories. Package managers leave out files that begin with a dot, so these have other names here. */
const COMMON = {
  '.gitattributes': 'gitattributes',
  '.github/workflows/pull-request.yaml': 'pull-request.yaml',
  '.gitignore': 'gitignore',
  '.vscode/settings.json': 'vscode-settings.json',
  'tsconfig.json': 'tsconfig.json',
};

/** Who owns what no org owns; the owner of the smallest org of the example. */
const PLATFORM = 'platform';

/** All files of a new repository but `package.json`, by their paths. */
export function repositoryFiles(choices: Choices): Map<string, string> {
  const estate = estateFiles(templates[choices.template], choices);
  return new Map([
    ...Object.entries(COMMON).map(([path, file]): [string, string] => [path, readTemplate(file)]),
    ['.github/CODEOWNERS', codeOwners(estate, choices.repo)],
    ['README.md', readTemplate('README.md').replace('{{name}}', () => choices.name)],
    ...estate,
  ]);
}

/** What `package.json` of a new repository says: the versions that Fleetwright itself is tested with. */
export function packageFile(name: string): JsonObject {
  const { version, engines, devDependencies } = readPackage();
  return {
    name,
    private: true,
    type: 'module',
    engines,
    scripts: { start: 'fleetwright synth', test: 'npm run types && fleetwright check', types: 'tsc --noEmit', fleetwright: 'fleetwright' },
    dependencies: { fleetwright: version },
    devDependencies: { '@types/node': devDependencies['@types/node'], typescript: devDependencies['typescript'] },
  };
}

function readTemplate(file: string): string {
  return readFileSync(join(import.meta.dirname, 'repository', file), 'utf8');
}

/** Each org's owner reviews its stack and what becomes of it. */
function codeOwners(estate: ReadonlyMap<string, string>, repo: string): string {
  const account = /[/@]github\.com[/:]([-A-Za-z0-9]+)\//.exec(repo)?.[1] ?? 'example';
  const rows = [...estate].flatMap(([path, text]) => {
    const org = /^stacks\/(.+)\.ts$/.exec(path)?.[1];
    const owner = /\bowner: '([-a-z0-9]+)'/.exec(text)?.[1] ?? PLATFORM;
    return org === undefined ? [] : [`/stacks/${org}.ts`, `/rendered/*/${org}/`].map((place) => [place, owner] as const);
  });
  const width = Math.max(...rows.map(([place]) => place.length));
  const lines = [['*', PLATFORM] as const, ...rows].map(([place, owner]) => `${place.padEnd(width)}  @${account}/${owner}`);
  return ['# Who is asked to review what; the last line that fits counts. The teams are examples.', ...lines, ''].join('\n');
}
