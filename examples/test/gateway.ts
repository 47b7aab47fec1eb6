interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly unknown[];
}

export interface Gateway {
  /** The URL of GraphQL. */
  readonly url: string;
  /** The origin of the REST API. */
  readonly origin: string;
  readonly token: string;
  readonly strangersToken: string;
  /** The examples of GraphiQL, with variables over the demo data. */
  readonly examples: readonly { readonly name: string; readonly variables: Record<string, unknown> }[];
  ask(body: { query: string; variables: Record<string, unknown> }): Promise<Answer>;
  stop(): Promise<void>;
}

const repository = new URL('../../../', import.meta.url);

/** The built gateway with separate demo data. */
export async function startGateway(): Promise<Gateway> {
  const load = (path: string) => import(new URL(path, repository).href);
  const { startGateway: start } = await load('test/browser/gateway.mjs');
  const { readExampleOperations } = await load('dist/src/demo/example-operations.js');
  const { url: origin, tokenOf, stop } = await start();
  const url = `${origin}/graphql`;
  const token = await tokenOf('viewer');
  return {
    url,
    origin,
    token,
    strangersToken: await tokenOf('stranger'),
    examples: readExampleOperations(),
    ask: async (body) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
      return (await response.json()) as Answer;
    },
    stop,
  };
}
