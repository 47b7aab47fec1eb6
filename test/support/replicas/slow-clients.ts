// Slow clients that send one request after the other until they are stopped: a body sent in pieces, and an export read
// in pieces.

import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SlowClient {
  /** Resolves when the last request has ended. */
  stop(): Promise<{ readonly completed: number; readonly failed: readonly string[] }>;
}

const pieces = 10;
const pauseMs = 100;

/** Takes one second to upload the body of an operation. */
export function uploadSlowly(url: string, token: string, body: string, expected: string): SlowClient {
  return repeat(async () => {
    const answer = new Promise<string>((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      };
      const sending = request(`${url}/graphql`, { method: 'POST', agent: false, headers }, (response) => {
        text(response).then(resolve, reject);
      });
      sending.on('error', reject);
      void (async () => {
        const size = Math.ceil(body.length / pieces);
        for (let start = 0; start < body.length; start += size) {
          sending.write(body.slice(start, start + size));
          await sleep(pauseMs);
        }
        sending.end();
      })();
    });
    const received = await answer;
    if (!received.includes(expected)) throw new Error(received.slice(0, 200));
  });
}

/** Takes about a second to read an export with this number of lines. */
export function exportSlowly(url: string, path: string, token: string, lines: number): SlowClient {
  return repeat(async () => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(url + path, { headers });
    let received = 0;
    for await (const chunk of response.body!) {
      received += chunk.filter((byte: number) => byte === 0x0a).length;
      await sleep(5);
    }
    if (received !== lines) throw new Error(`${response.status} with ${received} lines, not ${lines}`);
  });
}

function repeat(act: () => Promise<void>): SlowClient {
  let isStopped = false;
  let completed = 0;
  const failed: string[] = [];
  const ended = (async () => {
    while (!isStopped) {
      await act().then(
        () => {
          completed += 1;
        },
        (error) => failed.push(String(error.cause?.message ?? error.message)),
      );
      if (failed.length > 100) return;
    }
  })();
  return {
    async stop() {
      isStopped = true;
      await ended;
      return { completed, failed };
    },
  };
}
