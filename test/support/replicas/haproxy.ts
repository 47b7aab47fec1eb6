// HAProxy with deploy/haproxy.cfg, adapted to a single machine and to faster tests.

import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { readText } from '../../docs/documents.js';
import { eventually } from '../eventually.js';
import { freePort } from '../free-port.js';

export interface BalancerOptions {
  readonly mode: 'http' | 'tcp';
  /** The reaction to a failed connection: try another gateway, send nothing more to the failed one, or do nothing. */
  readonly onFailure: 'retry' | 'mark-down' | 'nothing';
  /** The words of `default-server` that cause the second reaction. */
  readonly markingDown: string;
  readonly checkIntervalMs: number;
  /** The ports of the gateways behind it. */
  readonly ports: readonly number[];
}

export interface Balancer {
  readonly url: string;
  /** Returns which gateways receive requests, in order. */
  isUsed(): Promise<readonly boolean[]>;
  close(): Promise<void>;
}

export async function startBalancer(options: BalancerOptions): Promise<Balancer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'gateway-haproxy-'));
  const path = join(folder, 'haproxy.cfg');
  const socket = join(folder, 'socket');
  await writeFile(path, `${adapted(port, options)}\nglobal\n    stats socket ${socket}\n`);
  const haproxy = spawn('haproxy', ['-db', '-f', path], { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  haproxy.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const ended = new Promise<void>((resolve) => haproxy.once('error', () => resolve()).once('close', () => resolve()));
  const isUsed = async () => {
    const answer = connect(socket);
    answer.end('show stat\n');
    const [head, ...rows] = (await text(answer)).trim().split('\n');
    const columns = head!.replace('# ', '').split(',');
    const cells = rows.map((row) => row.split(','));
    const value = (row: readonly string[], column: string) => row[columns.indexOf(column)]!;
    return cells
      .filter((row) => value(row, 'svname').startsWith('gateway-'))
      .map((row) => value(row, 'status').startsWith('UP'));
  };
  const balancer = {
    url: `http://127.0.0.1:${port}`,
    isUsed,
    async close() {
      haproxy.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
  const started = eventually(async () => void (await isUsed()));
  const failed = ended.then(() => {
    throw new Error(`HAProxy did not start: ${output}`);
  });
  await Promise.race([started, failed]);
  return balancer;
}

function adapted(port: number, { mode, onFailure, markingDown, checkIntervalMs, ports }: BalancerOptions): string {
  let configuration = readText('deploy/haproxy.cfg');
  const replace = (line: string, replacement: string) => {
    if (!configuration.includes(line)) throw new Error(`deploy/haproxy.cfg has no "${line}".`);
    configuration = configuration.replace(line, replacement);
  };
  replace('bind :8080', `bind 127.0.0.1:${port}`);
  for (const [index, gateway] of ports.entries()) replace(`192.0.2.${index + 1}:4000`, `127.0.0.1:${gateway}`);
  replace('inter 1s', `inter ${checkIntervalMs}ms`);
  // Machines that run tests may be busier than any gateway should be.
  replace('timeout check 2s', 'timeout check 20s');
  replace('timeout connect 2s', 'timeout connect 20s');
  replace('maxconn 6000', 'maxconn 1000');
  replace('mode http', `mode ${mode}`);
  if (onFailure !== 'retry') {
    replace('retries 1', 'retries 0');
    replace('option redispatch', 'no option redispatch');
  }
  if (onFailure === 'mark-down') replace('rise 1', `rise 1 ${markingDown}`);
  return configuration;
}
