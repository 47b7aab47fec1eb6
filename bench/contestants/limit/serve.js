import { createServer } from 'node:http';

/**
 * Listens on the port of the environment. Errors are sent as they are, because the benchmark ends at the first of them.
 * @param {(request: import('node:http').IncomingMessage, body: () => unknown) => Promise<string>} respond returns JSON; `body`
 *   parses the request's
 */
export function serve(respond) {
  createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      try {
        const text = await respond(request, () => JSON.parse(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
        response
          .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
          .end(text);
      } catch (error) {
        response.writeHead(500).end(String(error));
      }
    });
  }).listen(Number(process.env.PORT), '127.0.0.1');
}
