// Sends one request at a time to one of the builds, and reads its response completely.

import { Agent, request as sendRequest } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { WebSocket } from 'ws';

/** The time limit for a response, and for the next event of a stream, after which the stream is left. */
const timeoutMs = 20_000;
/** Stands for the token in the body of a request without a token header. */
const tokenInBody = '{{token}}';
const decoders = { gzip: gunzipSync, br: brotliDecompressSync };

/**
 * @typedef {object} Response
 * @property {number | string} status HTTP status, the code that closed a WebSocket, or how a request failed
 * @property {Record<string, string>} headers several of one name in one line each
 * @property {Buffer} body decompressed
 */

/**
 * Returns a function that sends a request, with a token where there is one, and reads `events` events where they are
 * given. It calls `onFirstEvent` when the first one has arrived.
 * @param {number} port
 * @returns {{ send: (request: import('./generate/index.js').Request, options?: { token?: string, events?: number,
 *   onFirstEvent?: () => void }) => Promise<Response>, close: () => void }}
 */
export function createClient(port) {
  const agent = new Agent({ keepAlive: true });
  return {
    send(request, { token, events = Number.POSITIVE_INFINITY, onFirstEvent = () => {} } = {}) {
      const isInBody = request.body?.includes(tokenInBody);
      const authorization = token === undefined || isInBody ? {} : { authorization: `Bearer ${token}` };
      const headers = { ...request.headers, ...authorization };
      const filled = isInBody ? { ...request, body: request.body.replaceAll(tokenInBody, token ?? '') } : request;
      return request.method === 'WEBSOCKET'
        ? converse({ port, request: filled, headers, events, onFirstEvent })
        : exchange({ agent, port, request: filled, headers, events, onFirstEvent });
    },
    close: () => agent.destroy(),
  };
}

function exchange({ agent, port, request: { method, path, body }, headers, events, onFirstEvent }) {
  return new Promise((resolve) => {
    const chunks = [];
    const fail = (error) =>
      resolve({ status: `failed: ${error.code ?? error.message}`, headers: {}, body: Buffer.alloc(0) });
    const sent = sendRequest({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
      const endOf = response.headers['content-type']?.startsWith('multipart/') ? endOfPart : endOfEvent;
      let isAwaited = events !== Number.POSITIVE_INFINITY;
      const finish = (how) => {
        clearTimeout(timeout);
        response.removeAllListeners('error').on('error', () => {});
        const end = events === Number.POSITIVE_INFINITY ? undefined : endOf(Buffer.concat(chunks), events);
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
        if (events === Number.POSITIVE_INFINITY) return;
        const received = Buffer.concat(chunks);
        if (isAwaited && endOf(received, 1) !== undefined) {
          isAwaited = false;
          onFirstEvent();
        }
        if (endOf(received, events) !== undefined) finish();
      });
      response.on('end', () => finish());
      response.on('error', () => finish('cut'));
    });
    sent.setTimeout(timeoutMs, () => sent.destroy(new Error('timed out')));
    sent.on('error', fail);
    sent.end(body);
  });
}

/** Returns the end of the event with this number in a stream, or `undefined` if it was not received. */
export function endOfEvent(bytes, number) {
  let end = 0;
  let count = 0;
  while (count < number) {
    const next = bytes.indexOf('\n\n', end);
    if (next === -1) return undefined;
    // Comments are not events.
    if (/^data:/m.test(bytes.toString('utf8', end, next))) count += 1;
    end = next + 2;
  }
  return end;
}

/** Returns the end of the event with this number in a multipart body, not counting heartbeats. */
export function endOfPart(bytes, number) {
  let end = 0;
  for (let count = 0; count < number; count += 1) {
    const start = bytes.indexOf('{"payload":', end);
    const next = start === -1 ? -1 : bytes.indexOf('\r\n--', start);
    if (next === -1) return undefined;
    end = next;
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

/**
 * Sends messages over a WebSocket until all of its operations have ended. The body consists of the received messages,
 * one per line, grouped by operation.
 */
function converse({ port, request: { path, body }, headers, events, onFirstEvent }) {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, 'graphql-transport-ws', { headers });
    const received = [];
    let count = 0;
    let status;
    const finish = (how) => {
      if (status !== undefined) return;
      status = how;
      clearTimeout(timeout);
      socket.once('close', () => resolve({ status, headers: {}, body: Buffer.from(linesOf(received)) }));
      if (socket.readyState === WebSocket.CLOSED) socket.emit('close');
      else socket.close(1000);
    };
    const timeout = setTimeout(() => finish('timed out'), timeoutMs);
    const [opening, ...others] = body.split('\n');
    const running = new Set(others.map(operationIn).filter((id) => id !== undefined));
    socket.on('open', () => socket.send(opening));
    socket.on('message', (data) => {
      if (status !== undefined) return;
      const text = data.toString();
      const { type, id } = JSON.parse(text);
      received.push({ id, text });
      if (type === 'connection_ack') {
        for (const message of others) socket.send(message);
        if (others.length === 0) finish('open');
      }
      if (type === 'next') {
        count += 1;
        if (count === 1) onFirstEvent();
      }
      if (type === 'error' || type === 'complete') running.delete(id);
      if (count >= events || (running.size === 0 && type !== 'connection_ack')) finish('open');
    });
    socket.on('close', (code, reason) => finish(`closed: ${code} ${reason}`));
    socket.on('error', (error) => finish(`failed: ${error.message}`));
  });
}

function operationIn(message) {
  try {
    const { type, id } = JSON.parse(message);
    return type === 'subscribe' ? id : undefined;
  } catch {
    return undefined;
  }
}

/** Groups messages by operation, because concurrent operations respond in any order. */
function linesOf(messages) {
  const idOf = ({ id }) => String(id ?? '');
  const sorted = messages.toSorted((one, other) => (idOf(one) < idOf(other) ? -1 : Number(idOf(one) > idOf(other))));
  return sorted.map(({ text }) => text).join('\n');
}
