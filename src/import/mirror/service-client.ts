// Sends requests to the mirrored service. The service is not trusted: its responses are limited in time and size, and
// the token is not sent to other origins.

import { setTimeout as sleep } from 'node:timers/promises';
import { declareLimit } from '../../limits.js';

/** An error status from the service. */
export class ServiceError extends Error {
  constructor(
    message: string,
    readonly status: number,
    /** The reason in the body, if it is an error of our REST API. */
    readonly reason: string | null,
  ) {
    super(message);
  }
}

export interface ServiceClientOptions {
  /** The base URL without a trailing slash. */
  readonly baseUrl: string;
  readonly token: string;
  readonly wait?: (ms: number) => Promise<unknown>;
  /** The time limit for the next chunk. */
  readonly timeoutMs?: number;
}

const maxTextBytes = declareLimit(256 * 1024 * 1024, {
  section: 'Database and files',
  name: 'one page from a mirrored service',
  unit: 'bytes',
  shownAs: 'MiB',
  beyond: 'the command fails',
});
const maxFileBytes = declareLimit(5 * 1024 * 1024 * 1024, {
  section: 'Database and files',
  name: 'one file from a mirrored service',
  unit: 'bytes',
  shownAs: 'MiB',
  beyond: 'the run fails',
});
const maxAttempts = declareLimit(6, {
  section: 'Database and files',
  name: 'attempts per request to a mirrored service',
  beyond: 'the command fails',
});
const maxRedirects = declareLimit(5, {
  section: 'Database and files',
  name: 'redirects per request to a mirrored service',
  beyond: 'the command fails',
});
const defaultTimeoutMs = declareLimit(60_000, {
  section: 'Database and files',
  name: 'time for the next bytes from a mirrored service',
  unit: 'ms',
  beyond: 'the command fails',
});

const maxErrorCharacters = 16_384;

/** A client for one service, with retries and redirects. */
export class ServiceClient {
  readonly #baseUrl: string;
  readonly #origin: string;
  readonly #token: string;
  readonly #wait: (ms: number) => Promise<unknown>;
  readonly #timeoutMs: number;

  constructor({ baseUrl, token, wait = sleep, timeoutMs = defaultTimeoutMs }: ServiceClientOptions) {
    this.#baseUrl = baseUrl;
    this.#origin = new URL(baseUrl).origin;
    this.#token = token;
    this.#wait = wait;
    this.#timeoutMs = timeoutMs;
  }

  /** Returns the complete text of a response. `path` is relative to the base URL. */
  async getText(path: string): Promise<string> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of this.#get(path)) {
      size += chunk.byteLength;
      if (size > maxTextBytes) throw new Error(`The service sent more than ${maxTextBytes} bytes.`);
      chunks.push(chunk);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  }

  /** Yields `size` bytes, or throws. */
  async *getBytes(path: string, size: number): AsyncIterable<Uint8Array> {
    if (!(size <= maxFileBytes))
      throw new Error(`The service has a file of ${size} bytes, but the maximum is ${maxFileBytes} bytes.`);
    let received = 0;
    for await (const chunk of this.#get(path)) {
      received += chunk.byteLength;
      if (received > size) break;
      yield chunk;
    }
    if (received !== size) throw new Error(`The service did not send ${size} bytes of a file, as announced.`);
  }

  async *#get(path: string): AsyncGenerator<Uint8Array> {
    const { response, watch } = await this.#request(new URL(`${this.#baseUrl}${path}`));
    try {
      for await (const chunk of response.body ?? []) {
        watch.refresh();
        yield chunk;
      }
    } finally {
      watch.end();
    }
  }

  async #request(url: URL): Promise<{ readonly response: Response; readonly watch: Watch }> {
    for (let attempt = 1; ; attempt += 1) {
      const watch = startWatch(this.#timeoutMs);
      const response = await this.#follow(url, watch.signal).catch((error) => {
        watch.end();
        throw error;
      });
      if (response.ok) return { response, watch };
      const reason = response.status === 422 ? await readReason(response).catch(() => null) : null;
      watch.end();
      const delay = retryDelayOf(response, attempt, Date.now());
      if (delay === null || attempt === maxAttempts) {
        const remedy = response.status === 401 ? ': it rejected the token in IMPORT_TOKEN' : '';
        const message = `The service responded with status ${response.status} to ${url.pathname}${remedy}.`;
        throw new ServiceError(message, response.status, reason);
      }
      await this.#wait(delay);
    }
  }

  async #follow(url: URL, signal: AbortSignal, redirects = 0): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#token}` };
    const response = await fetch(url, { redirect: 'manual', headers, signal });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    const target = new URL(location, url);
    if (target.origin !== this.#origin) throw new Error('The service redirected to another origin.');
    if (redirects === maxRedirects) throw new Error(`The service redirected more than ${maxRedirects} times.`);
    return this.#follow(target, signal, redirects + 1);
  }
}

/** Returns the reason in the first bytes of an error, or `null` if there is no reason. */
async function readReason({ body }: Response): Promise<string | null> {
  let text = '';
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (text.length > maxErrorCharacters) return null;
  }
  const { detail } = Object(JSON.parse(text));
  const { reason } = Object(detail);
  return typeof reason === 'string' ? reason : null;
}

interface Watch {
  /** Aborted at the time limit. */
  readonly signal: AbortSignal;
  /** Restarts the timer. */
  refresh(): void;
  /** Stops the timer, and ends the response if its reader stopped early. */
  end(): void;
}

function startWatch(timeoutMs: number): Watch {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new Error('The service did not respond in time.')), timeoutMs);
  return {
    signal: abort.signal,
    refresh: () => timer.refresh(),
    end() {
      clearTimeout(timer);
      abort.abort();
    },
  };
}

const maxDelayMs = declareLimit(3_600_000, {
  section: 'Database and files',
  name: '`Retry-After` from a mirrored service',
  unit: 'ms',
  beyond: 'the command fails',
});

/**
 * Returns milliseconds, or `null` if a retry would not help or would be due only after more than an hour. `attempt`
 * counts from 1.
 */
export function retryDelayOf(
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  attempt: number,
  now: number,
): number | null {
  if (![429, 502, 503, 504].includes(status)) return null;
  const retryAfter = headers.get('retry-after');
  if (retryAfter === null) return 500 * 2 ** attempt;
  const delay = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
  return delay <= maxDelayMs ? Math.max(0, delay) : null;
}
