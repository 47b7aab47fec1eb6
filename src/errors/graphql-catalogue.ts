// GraphQL's own errors, which keep their well-known codes and the messages of the libraries that detect them.

interface GraphqlCatalogueEntry {
  /** The status of the same mistake in the REST API. */
  readonly status: number;
  /** The message in the public list. A response contains the library's own message. */
  readonly message: string;
  readonly when: string;
}

export const graphqlCatalogue = {
  GRAPHQL_PARSE_FAILED: {
    status: 400,
    message: 'Syntax Error.',
    when: 'the document has a syntax error, or too many tokens',
  },
  GRAPHQL_VALIDATION_FAILED: {
    status: 422,
    message: 'The document is invalid.',
    when: 'the document does not fit the schema, or has too many selections or levels',
  },
  BAD_USER_INPUT: {
    status: 422,
    message: 'A variable has an invalid value.',
    when: 'variables do not fit their types',
  },
  OPERATION_RESOLUTION_FAILURE: {
    status: 422,
    message: 'Unknown operation.',
    when: 'the document has no such operation',
  },
  PERSISTED_QUERY_NOT_FOUND: {
    status: 404,
    message: 'PersistedQueryNotFound',
    when: 'the hash of an automatic persisted query is unknown: send it with the query',
  },
} as const satisfies Record<string, GraphqlCatalogueEntry>;

export type GraphqlCode = keyof typeof graphqlCatalogue;

export function isGraphqlCode(code: unknown): code is GraphqlCode {
  return typeof code === 'string' && Object.hasOwn(graphqlCatalogue, code);
}
