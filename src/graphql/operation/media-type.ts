import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';
import { declareLimit } from '../../limits.js';
import { eventStreamType } from '../../streams/server-sent-events.js';

const json = 'application/json';
export const jsonMediaType = `${json}; charset=utf-8`;
/** Includes the charset, because a type without a charset does not match an Accept header that has it. */
const graphqlResponseMediaType = 'application/graphql-response+json; charset=utf-8';

/** Whether the client prefers the media type in which errors have 4xx statuses. Plain JSON is the default. */
export function acceptsGraphqlResponse(accept: string | undefined): boolean {
  return preferred(accept, [jsonMediaType, graphqlResponseMediaType]) === graphqlResponseMediaType;
}

/** Whether the client accepts plain JSON, even if it prefers another type. */
export function acceptsJson(accept: string | undefined): boolean {
  return !accept || preferred(accept, [jsonMediaType]) === jsonMediaType;
}

/** Whether a browser requests a page. */
export function prefersPage(accept: string | undefined): boolean {
  return preferred(accept, [jsonMediaType, graphqlResponseMediaType, 'text/html']) === 'text/html';
}

/** Apollo Server's media types. */
const offeredMediaTypes = [jsonMediaType, graphqlResponseMediaType, `${json}; callbackSpec=1.0; charset=utf-8`];

/**
 * Returns the media type of a response, chosen the way Apollo Server does, or null if Apollo Server would reject the
 * request.
 */
export function chooseResponseMediaType(accept: string | undefined): string | null {
  return accept ? (preferred(accept, offeredMediaTypes) ?? null) : offeredMediaTypes[0]!;
}

/** Returns the media type for an error raised outside Apollo Server, with a default if the client accepts none. */
export function responseMediaType(accept: string | undefined): string {
  return preferred(accept, offeredMediaTypes) ?? offeredMediaTypes[0]!;
}

/** The media types of streams. Apollo Client expects this particular boundary. */
const streamMediaTypes = {
  sse: eventStreamType,
  multipart: 'multipart/mixed; boundary="graphql"; subscriptionSpec="1.0"',
} as const;
type Stream = keyof typeof streamMediaTypes;

/** Returns the client's preferred stream format for subscription events, or null if it accepts none. */
export function chooseStream(accept = '*/*'): Stream | null {
  // Without `subscriptionSpec`, `multipart/mixed` is the format for incremental delivery.
  const offered: Stream[] = /subscriptionSpec/i.test(accept) ? ['sse', 'multipart'] : ['sse'];
  const mediaType = preferred(
    accept,
    offered.map((stream) => streamMediaTypes[stream]),
  );
  return offered.find((stream) => streamMediaTypes[stream] === mediaType) ?? null;
}

/** Whether the response to a query has to be an event stream, because the client accepts nothing else. */
export function wantsEventStream(accept: string | undefined): boolean {
  return chooseResponseMediaType(accept) === null && chooseStream(accept) === 'sse';
}

const maxAcceptLength = declareLimit(1024, {
  section: 'HTTP',
  name: '`Accept`',
  unit: 'characters',
  beyond: 'read as `*/*`',
});

/** Returns the header in the form in which it is parsed. */
export function limitAccept(accept: string): string {
  return accept.length > maxAcceptLength ? '*/*' : accept;
}

/** The text types that the REST API offers. */
const restMediaTypes = [
  'application/json',
  'application/x-ndjson',
  'application/jsonl',
  'text/csv',
  'application/vnd.apache.parquet',
  eventStreamType,
];

/** Appended to text types, because a type without a charset does not match an Accept header that has one. */
export const charset = '; charset=utf-8';

/** Every type offered anywhere. Among types that a client prefers equally, the first is chosen. */
const allMediaTypes = [
  ...new Set([
    ...offeredMediaTypes,
    'text/html',
    ...Object.values(streamMediaTypes),
    ...restMediaTypes.map((type) => type + charset),
  ]),
];

/** A header's types by preference. Callers keep sending the same few headers. */
const typesByAccept = new LRUCache<string, readonly string[]>({ max: 100 });

/**
 * Returns the type of a REST response that the client prefers, or the first of several equally preferred ones.
 * Undefined if the client accepts none.
 * @param offered some of {@link restMediaTypes}, in the same order
 */
export function preferredRestType<Type extends string>(
  accept: string | undefined,
  offered: readonly Type[],
): Type | undefined {
  const chosen = preferred(
    accept,
    offered.map((type) => type + charset),
  );
  return offered.find((type) => type + charset === chosen);
}

function preferred(accept = '*/*', offered: readonly string[]): string | undefined {
  const header = limitAccept(accept);
  let types = typesByAccept.get(header);
  if (types === undefined) {
    types = new Negotiator({ headers: { accept: header } }).mediaTypes(allMediaTypes);
    typesByAccept.set(header, types);
  }
  return types.find((type) => offered.includes(type));
}
