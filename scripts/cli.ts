import { reportFailure } from './failure.ts';

/** Whether the run is over, and its exit code right. */
let isOver = false;

// A stack may end the process, and would have it end well.
process.once('exit', () => {
  if (isOver) return;
  process.exitCode = 2;
  process.stderr.write('Something ended the process before the command was done, such as process.exit() or an endless await in a stack.\n');
});

// What a stack has left running may fail at any time; nothing is written after that.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error) => end(reportFailure(error, { isStray: true })));
}

// Whoever reads may have read enough, as `head` has: nobody is there to be told.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`The output cannot be written: ${error.message}\n`);
  end(2);
});

const { main } = await import('./main.ts');
const exitCode = await main(process.argv.slice(2));
// What was written is on its way, or has failed, before the process ends; it waits for nothing that a stack has left running.
for (const stream of [process.stdout, process.stderr]) await new Promise((resolve) => stream.write('', () => setImmediate(resolve)));
end(exitCode);

function end(code: number): never {
  isOver = true;
  process.exit(code);
}
