import { readFileSync } from 'node:fs';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { parse } from 'yaml';

// An agent that asks each of its tools what it can do.
const config = parse(readFileSync(process.env['AGENT_CONFIG'] ?? '', 'utf8')) as {
  readonly tools: Readonly<Record<string, { readonly endpoint: string }>>;
};
for (const [name, { endpoint }] of Object.entries(config.tools)) {
  const client = new Client({ name: 'caller', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  try {
    await client.connect(new StreamableHTTPClientTransport(new URL(endpoint)));
    const { tools } = await client.listTools();
    console.log(`tools of ${name}: ${tools.map((tool) => tool.name).join(', ')}`);
  } catch (error) {
    console.log(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
console.log('{}');
