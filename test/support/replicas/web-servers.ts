// nginx and Caddy with the files of deploy/, adapted to a single machine.

import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readText } from '../../docs/documents.js';
import { eventually } from '../eventually.js';
import { freePort } from '../free-port.js';

export interface WebServerOptions {
  /** The ports of the gateways behind it. The last one also replaces missing ones. */
  readonly ports: readonly number[];
  /** Replaces the routes in the file. */
  readonly routes?: string;
}

export interface WebServer {
  /** The base URL without a trailing slash. */
  readonly url: string;
  close(): Promise<void>;
}

export async function startNginx(options: WebServerOptions): Promise<WebServer> {
  return startWebServer('nginx', (folder, port) => {
    const site = withGateways(readText('deploy/nginx.conf'), options.ports)
      .replace('listen 8080;', `listen 127.0.0.1:${port};`)
      .replace('server_name task-runs.example.com;', '')
      .replace(/location \/ \{[^}]*\}/, (location) => options.routes ?? location);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${join(folder, name)};`,
    );
    const configuration = `daemon off; pid ${join(folder, 'pid')}; error_log stderr; worker_processes 1;
events { worker_connections 1024; }
http { access_log off; ${temporary.join(' ')}
${site} }`;
    return { configuration, args: (path) => ['-c', path, '-e', 'stderr'] };
  });
}

export async function startCaddy(options: WebServerOptions): Promise<WebServer> {
  return startWebServer('caddy', (_folder, port) => {
    const site = withGateways(readText('deploy/Caddyfile'), options.ports)
      .replace('task-runs.example.com {', `http://127.0.0.1:${port} {`)
      .replace(/\timport task_run_gateways\n\}\n$/, (routes) => (options.routes ? `${options.routes}\n}\n` : routes));
    const configuration = `{\n\tadmin off\n\tauto_https off\n}\n${site}`;
    return { configuration, args: (path) => ['run', '--config', path, '--adapter', 'caddyfile'] };
  });
}

function withGateways(configuration: string, ports: readonly number[]): string {
  return configuration.replace(
    /192\.0\.2\.(\d):4000/g,
    (_, number) => `127.0.0.1:${ports[number - 1] ?? ports.at(-1)}`,
  );
}

async function startWebServer(
  command: string,
  configure: (folder: string, port: number) => { configuration: string; args: (path: string) => string[] },
): Promise<WebServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), `gateway-${command}-`));
  // nginx workers run as a separate user.
  await chmod(folder, 0o755);
  const path = join(folder, 'configuration');
  const { configuration, args } = configure(folder, port);
  await writeFile(path, configuration);
  const server = spawn(command, args(path), {
    env: { PATH: process.env.PATH!, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  server.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const ended = new Promise<void>((resolve) => server.once('error', () => resolve()).once('close', () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  const started = eventually(async () => void (await fetch(url)));
  const failed = ended.then(() => {
    throw new Error(`${command} did not start: ${output}`);
  });
  await Promise.race([started, failed]);
  return {
    url,
    async close() {
      // Does not wait for open streams. Only this signal makes nginx end its workers.
      server.kill(command === 'nginx' ? 'SIGTERM' : 'SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
