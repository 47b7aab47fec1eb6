// A keep-alive connection that sends the next request when the last response is complete. It parses only the length and
// the first bytes of a response, because on two cores, parsing more would distort the measurement.

import { connect } from 'node:net';

const none = Buffer.alloc(0);

/**
 * @param {object} parts
 * @param {number} parts.port
 * @param {Buffer} parts.good how the body of a successful response begins; its status is 200
 * @param {() => Buffer | undefined} parts.next the next request; undefined ends the connection
 * @param {(milliseconds: number, isGood: boolean) => void} parts.onResponse
 * @returns {Promise<void>} settled when the connection is closed; rejected when it breaks
 */
export function driveConnection({ port, good, next, onResponse }) {
  return new Promise((resolve, reject) => {
    let sent = 0;
    let start = none;
    let missing = -1;
    let isGood = false;
    let isDone = false;

    const send = () => {
      const request = next();
      isDone = request === undefined;
      if (isDone) return void socket.destroy();
      sent = performance.now();
      missing = -1;
      socket.write(request);
    };
    const readStart = (part) => {
      const bytes = start.length === 0 ? part : Buffer.concat([start, part]);
      const body = bytes.indexOf('\r\n\r\n') + 4;
      const head = body === 3 ? '' : bytes.latin1Slice(0, body);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
      if (head && Number.isNaN(length)) throw new Error(`a response without a length: ${head}`);
      if (!head || bytes.length - body < Math.min(length, good.length)) {
        start = Buffer.from(bytes);
        return;
      }
      start = none;
      isGood = head.startsWith('HTTP/1.1 200') && good.equals(bytes.subarray(body, body + good.length));
      missing = length - (bytes.length - body);
    };
    const read = (count, buffer) => {
      if (missing === -1) readStart(buffer.subarray(0, count));
      else missing -= count;
      if (missing === 0) {
        onResponse(performance.now() - sent, isGood);
        send();
      }
      return true;
    };
    // One buffer per connection, which is reused for every read, so that nothing is copied or garbage collected.
    const onread = { buffer: Buffer.alloc(65_536), callback: read };
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread }, send);
    socket.on('error', reject);
    socket.on('close', () => (isDone ? resolve() : reject(new Error('the server closed a connection'))));
  });
}
