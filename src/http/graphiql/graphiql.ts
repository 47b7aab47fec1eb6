// GraphiQL for browsers, all of it from this server: the page, and the assets it names. Only files known at the start
// are routes, so no path from outside ever reaches the file system.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import type { GraphiqlInitialState } from '../../graphiql/initial-state.js';
import { type Asset, readGraphiqlAssets } from './graphiql-assets.js';
import { graphiqlPageHeaders, notBuiltPage, renderGraphiqlPage } from './graphiql-page.js';

interface GraphiqlOptions {
  /** Where build.js has put the bundle. */
  readonly assetsDirectory: string;
  /** Asked for every page, so that a demo token is fresh. */
  readonly initialState: () => Promise<GraphiqlInitialState>;
}

export interface Graphiql {
  sendPage(reply: FastifyReply): Promise<FastifyReply>;
}

/** Without a bundle, as in a test run from the sources, the page says so and the gateway works on. */
export async function registerGraphiql(app: FastifyInstance, options: GraphiqlOptions): Promise<Graphiql> {
  const assets = await readGraphiqlAssets(options.assetsDirectory);
  for (const [name, asset] of assets?.files ?? []) {
    app.get(`/graphiql/${assets!.version}/${name}`, async (request, reply) => sendAsset(asset, request, reply));
  }
  return {
    async sendPage(reply) {
      reply.headers(graphiqlPageHeaders);
      if (assets === undefined) return reply.code(503).send(notBuiltPage);
      return reply.send(renderGraphiqlPage(assets, await options.initialState()));
    },
  };
}

function sendAsset(asset: Asset, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const acceptable = new Negotiator(request.raw).encodings(['br', 'gzip']);
  const encoding = (['br', 'gzip'] as const).find((each) => asset[each] !== undefined && acceptable.includes(each));
  if (encoding !== undefined) reply.header('content-encoding', encoding);
  return reply
    .headers({
      'content-type': asset.contentType,
      // The version in the address changes with the content.
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      vary: 'Accept-Encoding',
    })
    .send(encoding === undefined ? asset.identity : asset[encoding]);
}
