import { existsSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { FleetwrightError } from '../../constructs/index.ts';
import { escapeControls } from '../escape-controls.ts';
import { MARKS, paint, print } from '../print.ts';
import { shellWord } from '../shell-word.ts';
import type { Choices } from './ask.ts';
import { EXAMPLE_DOMAIN, EXAMPLE_REPO } from './estate.ts';
import { originOf, startRepository } from './git.ts';
import { dependenciesOf, parsePackageFile } from './package-file.ts';
import { placeFiles } from './place-files.ts';
import { refuseWrongAnswers } from './questions.ts';
import { packageFile, repositoryFiles } from './repository-files.ts';
import { Target } from './target.ts';

const PACKAGE = 'package.json';

/** Options of `fleetwright init`. */
export interface InitOptions extends Partial<Choices> {
  /** Where the repository is started. It is created, if need be. */
  readonly folder: string;
  /** Asks nothing. */
  readonly yes?: boolean;
}

/** Starts a fleet repository in an empty folder. Answers with the exit code. */
export async function init({ folder, yes = false, ...options }: InitOptions): Promise<number> {
  refuseWrongAnswers(options);
  const target = new Target(folder);
  const said = { ...target.packageName(), ...options };
  refuseOtherName(target, options.name);
  const suggested: Choices = {
    template: 'minimal',
    name: target.suggestName(),
    repo: originOf(target.root) ?? EXAMPLE_REPO,
    domain: EXAMPLE_DOMAIN,
    ...said,
  };
  const choices = yes || !isTerminal() ? suggested : await askForRest(said, suggested);
  if (choices === undefined) return 2;

  const text = target.mergePackageFile(packageFile(choices.name));
  const files = repositoryFiles(choices).set(PACKAGE, text);
  const changed = existsSync(join(target.root, PACKAGE)) ? PACKAGE : undefined;
  placeFiles(target.root, files, PACKAGE);
  report(files, changed, target.root);
  const advice = [startRepository(target.root), adviceOnExamples(choices), adviceOnPackage(text)];
  for (const line of advice) if (line !== undefined) print(`${paint.yellow('Note:')} ${escapeControls(line)}`);
  printNextSteps(target.root);
  return 0;
}

/** The prompts are loaded only where somebody can answer them. */
async function askForRest(said: Partial<Choices>, suggested: Choices): Promise<Choices | undefined> {
  if (Object.keys(suggested).every((key) => key in said)) return suggested;
  const { ask } = await import('./ask.ts');
  return ask(said, suggested);
}

function isTerminal(): boolean {
  const { CI, TERM } = process.env;
  return process.stdin.isTTY && process.stdout.isTTY && TERM !== 'dumb' && (CI === undefined || CI === '' || CI === 'false');
}

/** No field of a package file is overwritten. */
function refuseOtherName({ packageFile: { name } }: Target, said: string | undefined): void {
  if (said === undefined || name === undefined || name === said) return;
  const why = `its ${PACKAGE} calls it ${JSON.stringify(name)} already, and --name '${said}'; leave one of them out`;
  throw new FleetwrightError('FW_USAGE', `No repository was started: ${why}`);
}

function report(files: ReadonlyMap<string, string>, changed: string | undefined, root: string): void {
  print(`Started a fleet repository in ${escapeControls(root)}`);
  for (const path of [...files.keys()].sort()) print(`  ${path === changed ? MARKS.changed : MARKS.added} ${path}`);
}

function adviceOnExamples({ repo, domain }: Choices): string | undefined {
  const examples = [...(repo === EXAMPLE_REPO ? [`the URL ${repo}`] : []), ...(domain === EXAMPLE_DOMAIN ? [`the domain ${domain}`] : [])];
  if (examples.length === 0) return undefined;
  return `${examples.join(' and ')} in environments/ ${examples.length === 1 ? 'is an example' : 'are examples'}: put your own there.`;
}

/** A path out of the repository leads nowhere on other machines. */
function adviceOnPackage(text: string): string | undefined {
  const parsed = parsePackageFile(text);
  const source = typeof parsed === 'string' ? '' : (dependenciesOf(parsed)['fleetwright'] ?? '');
  const path = /^file:(.*)/.exec(source)?.[1];
  if (path === undefined || (!isAbsolute(path) && !path.startsWith('..'))) return undefined;
  return `${PACKAGE} takes fleetwright from ${path}, which is not in the repository, so that the workflow cannot install it: put it in here, or into a registry.`;
}

function printNextSteps(root: string): void {
  const folder = relative('', root);
  const steps = {
    [folder === '' ? 'npm install' : `cd ${shellWord(folder)} && npm install`]:
      'TypeScript, and the lock file that the workflow installs by',
    'npm start': 'renders the fleet into rendered/, and judges it',
    "git add --all && git commit --message 'Start the fleet'": '',
  };
  const width = Math.max(...Object.entries(steps).map(([command, purpose]) => (purpose === '' ? 0 : command.length)));
  print(`\n${paint.bold('Next:')}`);
  for (const [command, purpose] of Object.entries(steps)) {
    print(`  ${purpose === '' ? command : `${command.padEnd(width)}  ${paint.dim(`# ${purpose}`)}`}`);
  }
}
