import { createServer } from 'node:http';

/** Reads each request and answers it: what any HTTP server in Node.js costs at least. */
const ANSWER = JSON.stringify({ tasks: [{ task: '00000000-0000-4000-8000-000000000000', agent: 'agent-0', created: true }] });

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': ANSWER.length });
    response.end(ANSWER);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(`listens on http://127.0.0.1:${address.port}`);
});
