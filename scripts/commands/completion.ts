import { Argument, type Command } from 'commander';
import type { Shell } from '../completion/scripts.ts';
import { addExamples, type Exit } from './options.ts';

const INSTALL = `
To have it in every new shell, run once:
  bash  fleetwright completion bash > ~/.local/share/bash-completion/completions/fleetwright
  zsh   fleetwright completion zsh > "\${fpath[1]}/_fleetwright"
  fish  fleetwright completion fish > ~/.config/fish/completions/fleetwright.fish

Where the program is started by npx, name it first: fleetwright() { npx --no fleetwright "$@"; }`;

/** Adds `fleetwright completion`, and what its scripts ask when the Tab key is pressed. */
export function addCompletion(program: Command, exit: Exit): void {
  const command = program.command('completion').description('print the script that completes command lines in a shell');
  addExamples(command, {
    'completion bash': 'the script for bash',
    'completion zsh > ~/.zfunc/_fleetwright': 'the script for zsh, in a folder of fpath',
  });
  command
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', INSTALL)
    .action(async (shell: Shell) => {
      const { completionScript } = await import('../completion/scripts.ts');
      process.stdout.write(completionScript(shell));
      exit(0);
    });
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: readonly string[]) => {
      const { printCompletion } = await import('../completion/print-completion.ts');
      await printCompletion(program, words);
      exit(0);
    });
}
