// Documents by id: automatic persisted queries, from the miss to hits, and trusted documents in every form of request,
// each twice.

import { createTrustedDocuments } from '../trusted-documents.js';
import { get, toNewDocument, traceHeaders } from './documents.js';
import { createQueryMaker, post } from './graphql.js';
import { createValues } from './values.js';

const events = 'text/event-stream';
/** Returns the extensions that identify a document. */
export const persistedQuery = (sha256Hash, version = 1) => ({ persistedQuery: { version, sha256Hash } });

/**
 * Returns a function that makes the next operation of a caller.
 * @param {{ schema: import('graphql').GraphQLSchema, random: import('../random.js').Random, world: object }} parts
 */
export function createPersistedGenerator({ schema, random, world }) {
  const makeQuery = createQueryMaker({ schema, random });
  const documents = createTrustedDocuments(schema);
  return (caller) => {
    const newValues = () => createValues({ random, world, caller });
    if (documents.length === 0 || random.chance(45))
      return { entry: 'graphql automatic ids', steps: automatic(newValues) };
    return { entry: 'graphql trusted ids', steps: trusted(random.pick(documents), newValues()) };
  };

  function automatic(newValues) {
    const { query, variables } = makeQuery(newValues);
    const isWrong = random.chance(15);
    const document = toNewDocument(isWrong ? query.slice(0, -random.integer(1, 20)) : query, random);
    const byId = { variables, extensions: persistedQuery('{{sha256}}') };
    const registration = { query: document, ...byId };
    const forms = (parameters) => (random.chance(40) ? get(parameters) : post(parameters));
    const wrong = random.pick([
      { ...registration, extensions: persistedQuery('0'.repeat(64)) },
      { ...registration, extensions: persistedQuery('{{sha256}}', 2) },
      { ...registration, extensions: persistedQuery('') },
      { ...byId, extensions: persistedQuery(['{{sha256}}']) },
      { ...byId, extensions: { persistedQuery: '{{sha256}}' } },
      { ...byId, documentId: '{{sha256}}' },
    ]);
    const steps = [
      forms(byId),
      ...(random.chance(25) ? [forms(wrong)] : []),
      forms(registration),
      forms(byId),
      forms(byId),
    ];
    if (random.chance(25)) steps.push(forms({ query: document, variables }));
    const headers = random.chance(15) ? traceHeaders : {};
    return steps.map((step) => ({ ...step, headers: { ...step.headers, ...headers }, document }));
  }

  function trusted({ id, digest, name, body, variables: variablesOf }, values) {
    const variables = random.chance(10) ? {} : variablesOf(values);
    const isSubscription = body.startsWith('subscription');
    const known = random.pick([id, id, digest, `sha256:${digest}`, `sha256:${id}`, 'unknown', 'f'.repeat(64)]);
    const path = `/graphql/${known}/${random.pick([name, name, name, 'Unknown'])}`;
    const request = random.pick([
      () => post({ documentId: known, variables }),
      () => post({ extensions: persistedQuery(known), variables }),
      () => post({ documentId: known, variables, operationName: random.pick([name, 'Unknown', null]) }),
      () => ({ ...post({ variables }), path }),
      () => get({ variables }, {}, path),
      () => get({ documentId: known, variables }),
      () => get({ extensions: persistedQuery(known), variables }),
      () => post({ query: body, variables }),
      () => get({ query: body, variables }),
      () => post({ query: `${body} # with a comment`, variables }),
      () => post({ query: body, documentId: known, variables }),
      () => post({ query: body, extensions: persistedQuery(known), variables }),
      () => post({ documentId: random.pick([5, '', [known], null]), variables }),
      () => ({ ...post([5]), path }),
      () => ({ ...post({}), path, body: '' }),
    ])();
    if (!isSubscription) return [request, request];
    const accept = random.pick([events, 'application/json']);
    const step = { ...request, headers: { ...request.headers, accept }, isStream: accept === events };
    return [step, step];
  }
}
