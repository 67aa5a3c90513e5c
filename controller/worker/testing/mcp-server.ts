import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

/** A small MCP server, for standard input and output: `echo` says what it is told, `delete` is one that nobody should call, `die` ends it. */
export function makeServer(): McpServer {
  const server = new McpServer({ name: 'small', version: '1' });
  const takesText = fromJsonSchema<{ text: string }>({ type: 'object', properties: { text: { type: 'string' } }, required: ['text'] });
  server.registerTool('echo', { description: 'Says it again', inputSchema: takesText }, ({ text }) => say(text));
  server.registerTool('variable', { description: 'Reads a variable', inputSchema: takesText }, ({ text }) =>
    say(process.env[text] ?? 'none'),
  );
  server.registerTool('delete', { description: 'Deletes everything' }, () => say('deleted'));
  server.registerTool('die', { description: 'Ends the server' }, () => process.exit(3));
  return server;
}

function say(text: string): { content: { type: 'text'; text: string }[] } {
  return { content: [{ type: 'text', text }] };
}

if (import.meta.main) serveStdio(makeServer);
