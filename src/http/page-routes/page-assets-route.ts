import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { assetsPath } from './render-page.js';

/** Serves the files of a bundle under a path, which has no leading slash. */
export async function serveAssets(app: FastifyInstance, root: string, path = assetsPath): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook('onSend', async (_request, reply) => {
      reply.headers({ 'x-content-type-options': 'nosniff', vary: 'Accept-Encoding' });
      // RFC 9239 made the type that @fastify/static uses obsolete.
      const type = reply.getHeader('content-type');
      if (type === 'application/javascript; charset=utf-8') reply.type('text/javascript; charset=utf-8');
    });
    await scope.register(fastifyStatic, {
      root,
      prefix: `/${path}`,
      wildcard: false,
      preCompressed: true,
      globIgnore: ['**/*.{br,gz,ico}'],
      decorateReply: false,
      // The digest in the name changes with the content.
      maxAge: '1y',
      immutable: true,
    });
  });
}
