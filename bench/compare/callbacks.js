// A receiver for subscriptions with Apollo's callback protocol: a router that waits for a limited number of events.

import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

/** The time limit for all messages of a subscription. */
const timeoutMs = 20_000;

/**
 * Starts a receiver on the loopback.
 * @returns {Promise<{ host: string, expect: (options: { events: number, onFirstEvent?: () => void }) => Expected,
 *   close: () => void }>} expect: makes an address for one subscription, which rejects messages after `events` events;
 *   with 0 it rejects the first check
 * @typedef {{ url: string, received: () => string[], untilEnd: () => Promise<void> }} Expected
 */
export async function startCallbackReceiver() {
  const open = new Map();
  const server = createServer(async (request, response) => {
    const message = await text(request);
    const status = open.get(request.url)?.(message, request.headers) ?? 404;
    response.writeHead(status, { 'subscription-protocol': 'callback/1.0' }).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${server.address().port}`;
  let count = 0;
  return { host, expect, close: () => server.close().closeAllConnections() };

  function expect({ events, onFirstEvent }) {
    count += 1;
    const path = `/callbacks/${count}`;
    const received = [];
    let number = 0;
    let end;
    const ended = new Promise((resolve) => {
      end = resolve;
    });
    const finish = () => {
      open.delete(path);
      end();
    };
    open.set(path, (message, headers) => {
      received.push(`${headers['content-type']} ${headers['subscription-protocol']}`, message);
      const { action } = JSON.parse(message);
      if (action === 'next') {
        number += 1;
        if (number === 1) onFirstEvent?.();
      }
      const isEnd = action === 'complete' || number >= events;
      if (isEnd) finish();
      return isEnd ? 404 : 204;
    });
    return {
      url: `http://${host}${path}`,
      received: () => received,
      async untilEnd() {
        const timeout = setTimeout(() => {
          received.push('timed out');
          finish();
        }, timeoutMs);
        await ended;
        clearTimeout(timeout);
      },
    };
  }
}
