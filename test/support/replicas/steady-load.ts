// Requests at a steady rate. Half of the clients keep their connections, and half use one per request. Failures are
// recorded with the time at which they began.

import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

export interface LoadRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  /** Text that the response body must contain. The status must be 200. */
  readonly expected: string;
}

export interface FailedRequest {
  readonly number: number;
  readonly url: string;
  readonly path: string;
  readonly kept: boolean;
  readonly startedMs: number;
  readonly fault: string;
}

export interface SteadyLoad {
  readonly sent: number;
  readonly failed: readonly FailedRequest[];
  /** Returns the numbers of the requests in flight. */
  inFlight(): ReadonlySet<number>;
  stop(): Promise<void>;
}

const keepingClients = 10;

export function startLoad(
  urls: readonly string[],
  requests: readonly LoadRequest[],
  { token, perSecond }: { readonly token: string; readonly perSecond: number },
): SteadyLoad {
  const agents = urls.map(() =>
    Array.from({ length: keepingClients }, () => new Agent({ keepAlive: true, maxSockets: 1 })),
  );
  const failed: FailedRequest[] = [];
  const running = new Map<number, Promise<void>>();
  let sent = 0;

  const sendNext = () => {
    const number = sent++;
    const index = number % urls.length;
    const round = Math.floor(number / urls.length);
    const kept = round % 2 === 0;
    const url = urls[index]!;
    const { expected, ...what } = requests[round % requests.length]!;
    const agent = kept && agents[index]![(round / 2) % keepingClients]!;
    const startedMs = performance.now();
    const answered = send(url, { ...what, token, agent })
      .then((answer) => {
        if (!answer.startsWith('200 ') || !answer.includes(expected)) throw new Error(answer.slice(0, 200));
      })
      .catch((error) => {
        failed.push({ number, url, path: what.path, kept, startedMs, fault: String(error.message) });
      })
      .finally(() => running.delete(number));
    running.set(number, answered);
  };
  const beganMs = performance.now();
  const timer = setInterval(() => {
    const due = ((performance.now() - beganMs) / 1000) * perSecond;
    while (sent < due) sendNext();
  }, 5);

  return {
    get sent() {
      return sent;
    },
    failed,
    inFlight: () => new Set(running.keys()),
    async stop() {
      clearInterval(timer);
      await Promise.all(running.values());
      for (const agent of agents.flat()) agent.destroy();
    },
  };
}

interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly token: string;
  /** Without an agent, the connection is only for this request. */
  readonly agent: Agent | false;
}

/** @returns status and body */
function send(url: string, { body, token, ...options }: SentRequest): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    const sending = request(url + options.path, { ...options, headers }, (response) => {
      text(response).then((body) => resolve(`${response.statusCode} ${body}`), reject);
    });
    sending.on('error', reject);
    sending.end(body);
  });
}
