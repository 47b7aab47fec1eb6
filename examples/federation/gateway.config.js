// The configuration of Hive Gateway, which its command `hive-gateway supergraph` reads from this file, too.

import { supergraphPort } from './settings.js';

export const gatewayConfig = {
  supergraph: './supergraph.graphql',
  host: '127.0.0.1',
  port: supergraphPort,
  propagateHeaders: {
    // The gateway decides by the caller's token.
    fromClientToSubgraphs({ request }) {
      const authorization = request.headers.get('authorization');
      return authorization === null ? {} : { authorization };
    },
  },
};
