export interface GraphqlResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The unchanged body. */
  readonly text: string;
  readonly data?: any;
  readonly errors?: readonly GraphqlErrorResponse[];
}

export interface GraphqlErrorResponse {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  /** Extensions without `docUrl`, which every error of the gateway itself must have. */
  readonly extensions: Record<string, any>;
}

export interface RequestOptions {
  readonly variables?: Record<string, unknown>;
  /** The subject for whom a token is signed. */
  readonly as?: string;
  /** A token that is sent unchanged instead of `as`. */
  readonly token?: string;
  readonly headers?: Record<string, string>;
}

export interface GraphqlClient {
  ask(query: string, options?: RequestOptions): Promise<GraphqlResponse>;
  /** Returns the data of a response without errors. Any other response fails the test and is shown in full. */
  dataOf(query: string, options?: RequestOptions): Promise<any>;
}

/** @param isOfGateway whether all errors come from the gateway, and none from a federated gateway */
export function createGraphqlClient(
  url: string,
  tokenFor: (subject: string) => Promise<string>,
  isOfGateway = true,
): GraphqlClient {
  const ask: GraphqlClient['ask'] = async (query, { variables, as, token, headers } = {}) => {
    const bearer = token ?? (as === undefined ? undefined : await tokenFor(as));
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...headers,
      },
      body: JSON.stringify({ query, variables }),
    });
    const text = await response.text();
    const body = JSON.parse(text);
    if (isOfGateway) for (const { extensions } of body.errors ?? []) takeDocUrl(extensions);
    return { status: response.status, headers: response.headers, text, ...body };
  };
  return {
    ask,
    async dataOf(query, options) {
      const answer = await ask(query, options);
      if (answer.status !== 200 || answer.errors) {
        throw new Error(`Expected data for ${query}\nbut was answered ${answer.status}: ${answer.text}`);
      }
      return answer.data;
    },
  };
}

/** Removes `docUrl`, which differs between gateways. @throws unless it leads to the error's code */
function takeDocUrl(extensions: { docUrl?: unknown; readonly code: string }): void {
  const { docUrl, code } = extensions;
  if (!String(docUrl).endsWith(`/errors#${code}`)) throw new Error(`An error of ${code} has the docUrl ${docUrl}.`);
  delete extensions.docUrl;
}

/** If an error leaves no data, chance decides which other errors are part of the response. */
export const comparable = ({ data, errors, status }: Pick<GraphqlResponse, 'data' | 'errors' | 'status'>) => ({
  status,
  data,
  errors: data === null ? errors!.length > 0 : errors?.map((error) => JSON.stringify(error)).sort(),
});
