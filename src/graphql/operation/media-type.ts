import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';
import { declareLimit } from '../../limits.js';
import { eventStreamType } from '../../streams/server-sent-events.js';

const json = 'application/json';
export const jsonMediaType = `${json}; charset=utf-8`;
/** With the charset, because a type without one does not match an Accept header that has it. */
const graphqlResponseMediaType = 'application/graphql-response+json; charset=utf-8';

/** Whether the client prefers the media type with which errors have 4xx statuses; plain JSON is the default. */
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

/** The media types of Apollo Server. */
const offeredMediaTypes = [jsonMediaType, graphqlResponseMediaType, `${json}; callbackSpec=1.0; charset=utf-8`];

/** Returns the media type of a response, chosen like Apollo Server; null if that would reject the request. */
export function chooseResponseMediaType(accept: string | undefined): string | null {
  return accept ? (preferred(accept, offeredMediaTypes) ?? null) : offeredMediaTypes[0]!;
}

/** Returns the media type of an error from outside of Apollo Server, with a default if the client accepts none. */
export function responseMediaType(accept: string | undefined): string {
  return preferred(accept, offeredMediaTypes) ?? offeredMediaTypes[0]!;
}

/** The media types of streams; Apollo Client expects a certain boundary. */
const streamMediaTypes = {
  sse: eventStreamType,
  multipart: 'multipart/mixed; boundary="graphql"; subscriptionSpec="1.0"',
} as const;
type Stream = keyof typeof streamMediaTypes;

/** Returns the client's preferred form of a subscription's events; null: it accepts no stream. */
export function chooseStream(accept = '*/*'): Stream | null {
  // Without `subscriptionSpec`, `multipart/mixed` is the format of incremental delivery.
  const offered: Stream[] = /subscriptionSpec/i.test(accept) ? ['sse', 'multipart'] : ['sse'];
  const mediaType = preferred(
    accept,
    offered.map((stream) => streamMediaTypes[stream]),
  );
  return offered.find((stream) => streamMediaTypes[stream] === mediaType) ?? null;
}

/** Whether the response to a query has to be an event stream, because the client accepts only that. */
export function wantsEventStream(accept: string | undefined): boolean {
  return chooseResponseMediaType(accept) === null && chooseStream(accept) === 'sse';
}

const maxAcceptLength = declareLimit(1024, {
  section: 'HTTP',
  name: '`Accept`',
  unit: 'characters',
  beyond: 'read as `*/*`',
});

/** Returns the header as it is read. */
export function limitAccept(accept: string): string {
  return accept.length > maxAcceptLength ? '*/*' : accept;
}

/** Types of texts that the REST API offers. */
const restMediaTypes = [
  'application/json',
  'application/x-ndjson',
  'application/jsonl',
  'text/csv',
  'application/vnd.apache.parquet',
  eventStreamType,
];

/** Appended to types of texts: a type without a charset does not match an Accept header that has one. */
export const charset = '; charset=utf-8';

/** Every type that is offered anywhere; of types that a client prefers equally, the first is chosen. */
const allMediaTypes = [
  ...new Set([
    ...offeredMediaTypes,
    'text/html',
    ...Object.values(streamMediaTypes),
    ...restMediaTypes.map((type) => type + charset),
  ]),
];

/** The types of a header by preference. Callers send the same few headers all the time. */
const typesByAccept = new LRUCache<string, readonly string[]>({ max: 100 });

/**
 * Returns the type of a REST response that the client prefers, the first of equals; undefined if it accepts none.
 * @param offered some of {@link restMediaTypes}, in their order
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
