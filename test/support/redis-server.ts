// A Redis server for tests that can be killed and restarted.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';

export interface RedisServer {
  readonly url: string;
  /** Ends it with SIGKILL, which loses all data. */
  kill(): Promise<void>;
  /** Makes the server unresponsive until it is resumed. */
  pause(): void;
  resume(): void;
  /** Starts on the same port. Resolves when the server accepts connections. */
  start(): Promise<void>;
}

const hasRedis = (() => {
  try {
    return execFileSync('redis-server', ['--version']).length > 0;
  } catch {
    return false;
  }
})();

/** A describe that requires Redis. If it is not installed, the describe is skipped with the reason in its title. */
export function describeWithRedis(title: string, tests: () => void): void {
  if (hasRedis) describe(title, tests);
  else describe.skip(`${title} (skipped: there is no redis-server)`, tests);
}

export async function startRedis(): Promise<RedisServer> {
  const port = await freePort();
  let server: ChildProcess;
  const redis: RedisServer = {
    url: `redis://127.0.0.1:${port}`,
    async kill() {
      const ended = once(server, 'exit');
      if (server.kill('SIGKILL')) await ended;
    },
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
    async start() {
      const args = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'];
      server = spawn('redis-server', args, { stdio: 'ignore' });
      await eventually(async () => {
        const socket = connect(port, '127.0.0.1');
        await once(socket, 'connect').finally(() => socket.destroy());
      });
    },
  };
  await redis.start();
  return redis;
}
