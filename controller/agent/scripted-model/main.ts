import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { Player } from './play.ts';
import { scriptedServer } from './server.ts';
import { readTranscripts } from './transcript.ts';

const USAGE = `scripted-model: answers as a model would, from files. It does not think.

  scripted-model --transcripts <folder> [--port <number>]

It reads <folder>/<org>/<agent>.yaml, listens on the loopback address, and prints {"address":"http://127.0.0.1:…"}.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { transcripts: { type: 'string' }, port: { type: 'string', default: '0' } } });
  const port = Number(values.port);
  if (values.transcripts === undefined) throw new Error(`--transcripts must name a folder\n\n${USAGE}`);
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535)
    throw new Error(`--port must be a whole number from 0 to 65535, got '${values.port}'`);
  const transcripts = readTranscripts(values.transcripts);
  if (transcripts.size === 0) process.stderr.write(`'${values.transcripts}' holds no transcript: all agents are told so\n`);
  const player = new Player(transcripts);
  const server = scriptedServer(player, (line) => process.stderr.write(`${line}\n`));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  process.stdout.write(`${JSON.stringify({ address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })}\n`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      server.close();
      server.closeAllConnections();
    });
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
