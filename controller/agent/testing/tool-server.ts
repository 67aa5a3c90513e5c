import { createServer, type Server } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, fromJsonSchema, McpServer } from '@modelcontextprotocol/server';

/** An MCP server with three tools: one that answers, one that refuses, one that nobody should call. @param about what their input is said to be */
export function toolServer(called: (name: string) => void, about = 'a text'): Server {
  const properties = { text: { type: 'string', description: about } } as const;
  const input = fromJsonSchema<{ text: string }>({ type: 'object', properties, required: ['text'] });
  const handle = toNodeHandler(
    createMcpHandler(() => {
      const server = new McpServer({ name: 'test', version: '1' });
      const add = (name: string, answer: (text: string) => { text: string; isError?: boolean }) =>
        server.registerTool(name, { description: `The tool ${name}`, inputSchema: input }, async ({ text }) => {
          called(name);
          const said = answer(text);
          return { content: [{ type: 'text', text: said.text }], isError: said.isError ?? false };
        });
      add('shout', (text) => ({ text: text.toUpperCase() }));
      add('refuse', () => ({ text: 'Not today', isError: true }));
      add('delete.all', () => ({ text: 'All is gone' }));
      return server;
    }),
  );
  return createServer((request, response) => void handle(request, response));
}
