// GraphiQL for browsers, all of it from this server: the page, and the assets it names. Only files known at the start
// are routes, so no path from outside ever reaches the file system.

import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { graphiqlPageHeaders, notBuiltPage, type PageState, renderGraphiqlPage } from './graphiql-page.js';
import { readPageAssets } from './page-assets.js';

interface GraphiqlOptions {
  /** Where Vite has put the bundle. */
  readonly assetsDirectory: string;
  /** Asked for every page, so that a demo token is fresh. */
  readonly pageState: () => Promise<PageState>;
}

export interface Graphiql {
  sendPage(reply: FastifyReply): Promise<FastifyReply>;
}

/** Without a bundle, as in a test run from the sources, the page says so and the gateway works on. */
export async function registerGraphiql(app: FastifyInstance, options: GraphiqlOptions): Promise<Graphiql> {
  const assets = await readPageAssets(options.assetsDirectory);
  if (assets !== undefined) await serveAssets(app, options.assetsDirectory);
  return {
    async sendPage(reply) {
      reply.headers(graphiqlPageHeaders);
      if (assets === undefined) return reply.code(503).send(notBuiltPage);
      return reply.send(renderGraphiqlPage(assets, await options.pageState()));
    },
  };
}

async function serveAssets(app: FastifyInstance, root: string): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook('onSend', async (_request, reply) => {
      reply.headers({ 'x-content-type-options': 'nosniff', vary: 'Accept-Encoding' });
      // RFC 9239 has made the type that @fastify/static names obsolete.
      const type = reply.getHeader('content-type');
      if (type === 'application/javascript; charset=utf-8') reply.type('text/javascript; charset=utf-8');
    });
    await scope.register(fastifyStatic, {
      root,
      prefix: '/graphiql/',
      wildcard: false,
      preCompressed: true,
      globIgnore: ['**/*.{br,gz}'],
      decorateReply: false,
      // The digest in a name changes with the content.
      maxAge: '1y',
      immutable: true,
    });
  });
}
