// Runs a contestant as a separate process.

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const startSeconds = 30;

/**
 * Starts a contestant and waits until it responds. Its `onOutput` gets the text of its standard output.
 * @returns {Promise<{ pid: number, port: number, stop: () => Promise<void> }>}
 */
export async function startContestant(contestant, databaseUrl) {
  const port = await freePort();
  const command = contestant.node ? fileURLToPath(contestant.node) : process.execPath;
  const child = spawn(command, [...(contestant.flags ?? []), fileURLToPath(contestant.script)], {
    stdio: ['ignore', contestant.onOutput ? 'pipe' : 'ignore', 'inherit'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      GRAPHILE_ENV: 'production',
      DATABASE_URL: databaseUrl,
      HOST: '127.0.0.1',
      PORT: String(port),
      ...contestant.environment,
    },
  });
  child.stdout?.setEncoding('utf8').on('data', contestant.onOutput);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 3000);
    await exited;
    clearTimeout(late);
  };
  const until = Date.now() + startSeconds * 1000;
  while (!(await isReady(port, contestant.readyPath))) {
    if (child.exitCode !== null || Date.now() > until) {
      await stop();
      throw new Error(`${contestant.name} did not start`);
    }
    await sleep(50);
  }
  return { pid: child.pid, port, stop };
}

/** A contestant without a readiness path is ready as soon as it responds. */
async function isReady(port, path) {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path ?? '/'}`);
    await response.arrayBuffer();
    return path === undefined || response.ok;
  } catch {
    return false;
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
