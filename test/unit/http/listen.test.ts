import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import { listen } from '../../../src/http/server.js';

const failing = (code: string): Pick<FastifyInstance, 'listen'> => ({
  listen: (() => Promise.reject(Object.assign(new Error('listen failed'), { code }))) as FastifyInstance['listen'],
});

describe('a server that cannot listen', () => {
  it.each([
    ['EADDRINUSE', '127.0.0.1', '127.0.0.1:80 is in use: change PORT, or end what listens there.'],
    ['EADDRINUSE', '::1', '[::1]:80 is in use: change PORT, or end what listens there.'],
    ['EACCES', '127.0.0.1', '127.0.0.1:80 is not open to this user: change PORT.'],
    ['EADDRNOTAVAIL', '192.0.2.1', '192.0.2.1:80 is at no address of this machine: change HOST.'],
    ['ENOTFOUND', 'host.invalid', 'host.invalid:80 is at an unknown host: change HOST.'],
    ['EMFILE', '127.0.0.1', 'listen failed'],
  ])('names the variable to change: %s of %s', async (code, host, message) => {
    await expect(listen(failing(code), { host, port: 80, portVariable: 'PORT' })).rejects.toThrow(new Error(message));
  });

  it('reports that its port is in use', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const server = fastify();
    await expect(listen(server, { host: '127.0.0.1', port, portVariable: 'PORT' })).rejects.toThrow(
      `127.0.0.1:${port} is in use: change PORT,`,
    );
    await server.close();
    taken.close();
  });
});
