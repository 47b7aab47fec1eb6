// A worker: one of several processes that serve requests on one port. Their parent starts and supervises them.

import cluster from 'node:cluster';
import type { Config, Inspected } from '../../../config/config.js';
import { openLog } from '../output.js';
import { createReload } from '../reload.js';
import { greetingOf, type OpenedGateway, openGateway } from '../run-gateway.js';
import { endGracefully, onHangUp } from '../signals.js';
import { createPendingRequests, type SupervisorMessage, type WorkerMessage } from './messages.js';

/** Longer than the parent waits for each worker. */
const collectTimeoutMs = 7000;

/** Resolves once the worker listens, or has reported to the parent why it cannot. */
export async function runWorkerProcess(config: Config, reread: () => Inspected<Config>): Promise<void> {
  const log = (await openLog(config)).child({ pid: process.pid });
  const pendingCollections = createPendingRequests();
  const send = (message: WorkerMessage, onSent?: () => void) => process.send?.(message, undefined, undefined, onSent);
  const allMetrics = async () => {
    const text = await pendingCollections.request((id) => send({ kind: 'collect', id }), collectTimeoutMs);
    if (text === undefined) throw new Error('The parent process did not collect the metrics in time.');
    return text;
  };

  let opened: OpenedGateway;
  try {
    opened = await openGateway(config, { log, now: Date.now, allMetrics });
  } catch (error) {
    send({ kind: 'failed', message: (error as Error).message }, () => process.exit(1));
    return;
  }
  const { app, url } = opened;
  process.on('message', async (message: SupervisorMessage) => {
    if (message.kind === 'collected') pendingCollections.respond(message.id, message.text);
    else send({ kind: 'measured', id: message.id, text: await app.metrics.registry.metrics() });
  });
  const end = endGracefully(() => app.close(), { log, drainMs: config.shutdownDelayMs + config.shutdownTimeoutMs });
  onHangUp({ ...createReload({ config, reread, app, log }), end });
  const self = cluster.worker!;
  self.on('disconnect', () => {
    // Otherwise Node would exit at once, with requests in flight.
    self.exitedAfterDisconnect = true;
    end('the parent process ended');
  });
  send({ kind: 'listening', url, greeting: await greetingOf(opened, config) });
}
