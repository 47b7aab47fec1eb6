import Negotiator from 'negotiator';

const graphqlResponse = 'application/graphql-response+json';

/** Whether the client prefers the media type under which refusals have 4xx statuses; plain JSON is the default. */
export function acceptsGraphqlResponse(accept: string | undefined): boolean {
  return preferred(accept, ['application/json', graphqlResponse]) === graphqlResponse;
}

/** Whether a browser is asking for a page. */
export function prefersPage(accept: string | undefined): boolean {
  return preferred(accept, ['application/json', graphqlResponse, 'text/html']) === 'text/html';
}

/** The media type of an answer that is made outside of Apollo Server, chosen as Apollo Server would. */
export function answerMediaType(accept: string | undefined): string {
  return `${acceptsGraphqlResponse(accept) ? graphqlResponse : 'application/json'}; charset=utf-8`;
}

function preferred(accept: string | undefined, offered: string[]): string | undefined {
  return new Negotiator({ headers: { accept } }).mediaType(offered);
}
