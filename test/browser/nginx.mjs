// nginx in front of a gateway, under a path.

import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './graphiql-page.mjs';

/**
 * The URL is known before the gateway starts, because it is the gateway's PUBLIC_URL. `forwardTo` then starts nginx.
 */
export async function startNginx() {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-nginx-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/gateway`;
  let nginx;
  return {
    url,
    async forwardTo(gatewayUrl) {
      const path = join(folder, 'nginx.conf');
      await writeFile(path, configurationOf(port, gatewayUrl));
      nginx = spawn('nginx', ['-p', folder, '-e', 'stderr', '-c', path, '-g', 'daemon off;'], { stdio: 'inherit' });
      await eventually(async () => (await fetch(`${url}/health/live`)).ok);
    },
    async stop() {
      const ended = new Promise((done) => nginx.once('exit', done));
      nginx.kill('SIGQUIT');
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

function configurationOf(port, gatewayUrl) {
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
pid nginx.pid;
events {}
http {
  access_log off;
  ${folders.map((name) => `${name}_temp_path ${name};`).join('\n  ')}
  server {
    listen 127.0.0.1:${port};
    location /gateway/ {
      proxy_pass ${gatewayUrl}/;
      proxy_set_header Host $http_host;
    }
  }
}
`;
}

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}
