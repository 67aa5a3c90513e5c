import { join } from 'node:path';
import { HELP, type ProgramOptions, readOptions, start, TOKENS_FILE } from './http/index.ts';

/** How long an end may take before it is made one, in milliseconds. */
const STOP_MS = 10_000;

/** The dispatch controller. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === undefined) process.stdout.write(HELP);
  else await run(options);
}

async function run(options: ProgramOptions): Promise<void> {
  const { url, newOrgs, reread, stop } = await start(options);
  const end = (signal: string) => {
    console.log(`Ends on ${signal}`);
    setTimeout(() => process.exit(1), STOP_MS).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  // Before it says where it listens: whoever reads that may send signals at once.
  process.on('SIGHUP', () => {
    reread().then(
      () => console.log('The fleet was read again'),
      (error: unknown) => console.error(`The fleet cannot be read again, and the old one goes on: ${textOf(error)}`),
    );
  });
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  for (const org of newOrgs) console.log(`The first token of org '${org}', with the role admin, is in ${join(options.data, TOKENS_FILE)}`);
  console.log(`The dispatch controller listens on ${url}`);
  if (options.postgres === undefined) {
    console.log('It keeps its data in an embedded database, which survives the end of the process but may not survive a power cut.');
  }
}

function fail(error: unknown): void {
  console.error(textOf(error));
  process.exit(1);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

main().catch(fail);
