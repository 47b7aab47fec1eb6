// Sends one request at a time to one of the builds, and reads its response to the end.

import { Agent, request as sendRequest } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { WebSocket } from 'ws';

/** The time limit for a response, and for the next event of a stream, which is left then. */
const timeoutMs = 20_000;
const decoders = { gzip: gunzipSync, br: brotliDecompressSync };

/**
 * @typedef {object} Response
 * @property {number | string} status HTTP status, the code that closed a WebSocket, or how a request failed
 * @property {Record<string, string>} headers several of one name in one line each
 * @property {Buffer} body decompressed
 */

/**
 * Returns a function that sends a request, with a token where there is one, and reads `events` events where they are
 * given.
 * @param {number} port
 * @returns {{ send: (request: import('./generate/index.js').Request, options?: { token?: string, events?: number }) =>
 *   Promise<Response>, close: () => void }}
 */
export function createClient(port) {
  const agent = new Agent({ keepAlive: true });
  return {
    send(request, { token, events = Number.POSITIVE_INFINITY } = {}) {
      const headers = { ...request.headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
      return request.method === 'WEBSOCKET'
        ? converse({ port, request, headers, events })
        : exchange({ agent, port, request, headers, events });
    },
    close: () => agent.destroy(),
  };
}

function exchange({ agent, port, request: { method, path, body }, headers, events }) {
  return new Promise((resolve) => {
    const chunks = [];
    const fail = (error) =>
      resolve({ status: `failed: ${error.code ?? error.message}`, headers: {}, body: Buffer.alloc(0) });
    const sent = sendRequest({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
      const finish = (how) => {
        clearTimeout(timeout);
        response.removeAllListeners('error').on('error', () => {});
        const end = events === Number.POSITIVE_INFINITY ? undefined : endOfEvent(Buffer.concat(chunks), events);
        resolve({
          status: how ? `${response.statusCode} ${how}` : response.statusCode,
          headers: headersOf(response),
          body: decode(Buffer.concat(chunks).subarray(0, end), response.headers['content-encoding']),
        });
        if (!response.complete) response.destroy();
      };
      const timeout = setTimeout(() => finish('timed out'), timeoutMs);
      response.on('data', (chunk) => {
        chunks.push(chunk);
        if (events !== Number.POSITIVE_INFINITY && endOfEvent(Buffer.concat(chunks), events) !== undefined) finish();
      });
      response.on('end', () => finish());
      response.on('error', () => finish('cut'));
    });
    sent.setTimeout(timeoutMs, () => sent.destroy(new Error('timed out')));
    sent.on('error', fail);
    sent.end(body);
  });
}

/** Returns the end of the event of this number in a stream; undefined if it was not received. */
export function endOfEvent(bytes, number) {
  let end = 0;
  let count = 0;
  while (count < number) {
    const next = bytes.indexOf('\n\n', end);
    if (next === -1) return undefined;
    // Comments are no events.
    if (/^data:/m.test(bytes.toString('utf8', end, next))) count += 1;
    end = next + 2;
  }
  return end;
}

function headersOf({ rawHeaders }) {
  const headers = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index].toLowerCase();
    headers[name] = name in headers ? `${headers[name]}\n${rawHeaders[index + 1]}` : rawHeaders[index + 1];
  }
  return headers;
}

function decode(bytes, encoding) {
  try {
    return decoders[encoding]?.(bytes) ?? bytes;
  } catch {
    return bytes;
  }
}

/** Sends messages over a WebSocket. The received ones are the body, a line each. */
function converse({ port, request: { path, body }, headers, events }) {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, 'graphql-transport-ws', { headers });
    const received = [];
    let count = 0;
    const finish = (status) => {
      clearTimeout(timeout);
      resolve({ status, headers: {}, body: Buffer.from(received.join('\n')) });
      socket.terminate();
    };
    const timeout = setTimeout(() => finish('timed out'), timeoutMs);
    const [opening, ...others] = body.split('\n');
    socket.on('open', () => socket.send(opening));
    socket.on('message', (data) => {
      const text = data.toString();
      const { type } = JSON.parse(text);
      received.push(text);
      if (type === 'connection_ack') for (const message of others) socket.send(message);
      if (type === 'next') count += 1;
      if (count >= events || type === 'error' || type === 'complete') finish('open');
    });
    socket.on('close', (code, reason) => finish(`closed: ${code} ${reason}`));
    socket.on('error', (error) => finish(`failed: ${error.message}`));
  });
}
