import type { Command } from 'commander';
import type { ProjectsOptions } from '../work/projects.ts';
import type { SetOptions } from '../work/set-project.ts';
import { addExamples, addServer, type Exit, outputOption } from './options.ts';

const FORMATS = ['table', 'json', 'yaml'];

/** Adds `fleetwright projects` and its commands. */
export function addProjects(program: Command, exit: Exit): void {
  const projects = program.command('projects').description('what tasks work for: list projects, look at one, repair its data');
  addExamples(projects, {
    projects: 'list them, and what each has cost',
    'projects show shop': 'one, with its data',
    'projects set shop branch=main': 'make it, or repair it',
  });
  addList(projects, exit);
  addShow(projects, exit);
  addSet(projects, exit);
}

function addList(projects: Command, exit: Exit): void {
  const command = projects.command('list', { isDefault: true }).description('list projects by name');
  addExamples(command, { 'projects list': 'for people', 'projects list --output json': 'for programs' });
  addServer(command)
    .addOption(outputOption('how they are shown', FORMATS))
    .action(async (options: ProjectsOptions) => {
      const { listProjects } = await import('../work/projects.ts');
      const { speaking } = await import('../work/server.ts');
      exit(await speaking(options, async () => listProjects(options)));
    });
}

function addShow(projects: Command, exit: Exit): void {
  const command = projects.command('show').description('show a project, its data, and what it has cost');
  addExamples(command, { 'projects show shop': 'as it stands' });
  addServer(command)
    .argument('<project>', 'its name')
    .addOption(outputOption('how it is shown', FORMATS))
    .action(async (project: string, options: ProjectsOptions) => {
      const { showProject } = await import('../work/projects.ts');
      const { speaking } = await import('../work/server.ts');
      exit(await speaking(options, async () => showProject(project, options)));
    });
}

function addSet(projects: Command, exit: Exit): void {
  const command = projects.command('set').description('make a project or repair its data, which tasks are told when they are claimed');
  addExamples(command, {
    'projects set shop repository=https://git.example.com/shop branch=main': 'make it',
    'projects set shop branch=next build.tool=make --unset notes': 'repair it',
    'projects set shop --data shop.json --title "The shop"': 'replace it',
  });
  addServer(command)
    .argument('<project>', 'its name')
    .argument('[key=value...]', 'what to set in its data; a value is JSON, or else a text')
    .option('--unset <key>', 'what to take away; may be given several times', (key: string, keys?: string[]) => [...(keys ?? []), key])
    .option('--data <file>', 'JSON that replaces all of its data')
    .option('--title <text>', 'what people call it')
    .addOption(outputOption('how it is told', FORMATS))
    .action(async (project: string, assignments: string[], options: SetOptions) => {
      const { setProject } = await import('../work/set-project.ts');
      const { speaking } = await import('../work/server.ts');
      exit(await speaking(options, async () => setProject(project, assignments, options)));
    });
}
