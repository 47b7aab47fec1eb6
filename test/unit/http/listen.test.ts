import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import { listen } from '../../../src/http/server.js';

const failing = (code: string): Pick<FastifyInstance, 'listen'> => ({
  listen: (() => Promise.reject(Object.assign(new Error('listen failed'), { code }))) as FastifyInstance['listen'],
});

describe('a server that cannot listen', () => {
  it.each([
    ['EADDRINUSE', '127.0.0.1', '127.0.0.1:80 is in use. Change PORT, or stop the process that listens there.'],
    ['EADDRINUSE', '::1', '[::1]:80 is in use. Change PORT, or stop the process that listens there.'],
    ['EACCES', '127.0.0.1', '127.0.0.1:80 is not permitted for this user. Change PORT.'],
    ['EADDRNOTAVAIL', '192.0.2.1', '192.0.2.1:80 is not an address of this machine. Change HOST.'],
    ['ENOTFOUND', 'host.invalid', 'host.invalid:80 has a host name that cannot be resolved. Change HOST.'],
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
      `127.0.0.1:${port} is in use. Change PORT,`,
    );
    await server.close();
    taken.close();
  });
});
