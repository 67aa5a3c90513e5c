import { Command, CommanderError } from 'commander';
import { addCheck } from './commands/check.ts';
import { addCompletion } from './commands/completion.ts';
import { addConformance } from './commands/conformance.ts';
import { addDiff } from './commands/diff.ts';
import { addDoctor } from './commands/doctor.ts';
import { addExplain } from './commands/explain.ts';
import { addGraph } from './commands/graph.ts';
import { addInit } from './commands/init.ts';
import { addImport } from './commands/import.ts';
import { addList } from './commands/list.ts';
import { addExamples, type Exit } from './commands/options.ts';
import { addSynth } from './commands/synth.ts';
import { addTools } from './commands/tools.ts';
import { addAnswer } from './commands/answer.ts';
import { addApprove } from './commands/approve.ts';
import { addCancel } from './commands/cancel.ts';
import { addCost } from './commands/cost.ts';
import { addLogs } from './commands/logs.ts';
import { addNew } from './commands/new.ts';
import { addProjects } from './commands/projects.ts';
import { addRetry } from './commands/retry.ts';
import { addSignIn } from './commands/sign-in.ts';
import { addStatus } from './commands/status.ts';
import { addTasks } from './commands/tasks.ts';
import { addUp } from './commands/up.ts';
import { escapeControls } from './escape-controls.ts';
import { reportFailure } from './failure.ts';
import { readVersion } from './version.ts';

const EXIT_CODES = `
Exit codes:
  0  done; with diff: no differences
  1  rules were broken, or with check the rendered tree is stale; with diff: there are differences; with doctor: there are problems
  2  it could not be done: wrong usage, an unreadable environment, a failing stack, a locked tree`;

/** How each command is added, in the order of the help. */
const COMMANDS: Readonly<Record<string, (program: Command, exit: Exit) => void>> = {
  init: addInit,
  synth: addSynth,
  check: addCheck,
  diff: addDiff,
  list: addList,
  explain: addExplain,
  graph: addGraph,
  import: addImport,
  doctor: addDoctor,
  completion: addCompletion,
  tools: addTools,
  up: addUp,
  new: addNew,
  status: addStatus,
  tasks: addTasks,
  logs: addLogs,
  cancel: addCancel,
  retry: addRetry,
  approve: addApprove,
  answer: addAnswer,
  projects: addProjects,
  cost: addCost,
  'sign-in': addSignIn,
  conformance: addConformance,
};

/** Columns of a help, however wide the terminal is: the build prints it once. */
const HELP_WIDTH = 80;

/** Runs the command line and answers with its exit code. What a command needs is loaded when it is called. */
export async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = buildProgram(argv[0] ?? '', (code) => (exitCode = code));
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return reportFailure(error);
  }
}

function buildProgram(name: string, exit: Exit): Command {
  const program = new Command('fleetwright')
    .description('Typed fleets of AI agents, synthesized into plain Kubernetes manifests.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('afterAll', EXIT_CODES)
    .configureOutput({ getOutHelpWidth: () => HELP_WIDTH, writeErr: (text) => process.stderr.write(escapeControls(text)) })
    .showHelpAfterError('Run it with --help to see what it takes.')
    .exitOverride();
  addExamples(program, {
    init: 'start a fleet repository in an empty folder',
    synth: 'render all environments into rendered/',
    'diff --env prod': 'what would change in production',
    'check --output sarif > r.sarif': 'judge everything, for code scanning',
    'list --org hello': 'agents, tools, pipelines and triggers, and where they come from',
    'explain hello/digest': 'what an agent says, becomes, reaches and may spend; also a rule, a code, a prop',
    'graph --out fleet.svg': 'a picture of who may reach what',
    up: 'run the fleet on this machine, without a cluster',
    'new "an idea" --follow': 'give a running fleet something to do, and see it through',
  });
  // Most runs call one command, and do without the descriptions of the others.
  const called = Object.hasOwn(COMMANDS, name) ? [name] : Object.keys(COMMANDS);
  for (const command of called) COMMANDS[command]?.(program, exit);
  return program;
}
