import { createServer } from 'node:http';

/** Starts a collector for traces that discards them. @returns {Promise<string>} its URL; it ends with this process */
export async function startCollector() {
  const server = createServer((request, response) => request.resume().on('end', () => response.end('{}')));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return `http://127.0.0.1:${server.address().port}`;
}
