import fc from 'fast-check';
import Negotiator from 'negotiator';
import {
  acceptsGraphqlResponse,
  acceptsJson,
  chooseResponseMediaType,
  chooseStream,
  preferredRestType,
  prefersPage,
  responseMediaType,
  wantsEventStream,
} from '../../../../src/graphql/operation/media-type.js';

import { amount, seed } from '../../../support/generated.js';

describe('the stream of a subscription', () => {
  it.each([
    [undefined, 'sse'],
    ['*/*', 'sse'],
    ['text/event-stream', 'sse'],
    ['multipart/mixed;subscriptionSpec="1.0", application/json', 'multipart'],
    ['multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/json', 'multipart'],
    ['text/event-stream;q=0.5, multipart/mixed;subscriptionSpec=1.0', 'multipart'],
    ['application/graphql-response+json, application/json, multipart/mixed, text/event-stream', 'sse'],
    ['multipart/mixed', null],
    ['multipart/mixed;deferSpec=20220824, application/json', null],
    ['application/json', null],
    ['application/json, text/event-stream;q=0', null],
  ])('depends on the Accept header: %s gets %s', (accept, stream) => {
    expect(chooseStream(accept)).toBe(stream);
  });

  it.each([
    ['text/event-stream', true],
    ['*/*', false],
    ['application/json, text/event-stream', false],
    ['image/png', false],
  ])('serves a query, too, for Accept: %s: %s', (accept, wants) => {
    expect(wantsEventStream(accept)).toBe(wants);
  });
});

describe('an Accept header', () => {
  it.each([
    ['application/graphql-response+json', true, false],
    ['application/graphql-response+json; charset=utf-8', true, false],
    ['application/graphql-response+json; charset=utf-8, application/json; charset=utf-8', true, true],
    ['application/graphql-response+json;charset="UTF-8";q=0.9, application/json;charset=utf-8;q=0.5', true, true],
    ['application/json; charset=utf-8', false, true],
    ['application/json;charset=utf-8, application/graphql-response+json;charset=utf-8;q=0.9', false, true],
    ['application/json;callbackSpec=1.0', false, false],
    ['*/*', false, true],
    [undefined, false, true],
  ])('%s prefers statuses of 4xx: %s, accepts plain JSON: %s', (accept, prefersStatuses, takesJson) => {
    expect(acceptsGraphqlResponse(accept)).toBe(prefersStatuses);
    expect(acceptsJson(accept)).toBe(takesJson);
  });
});

const json = 'application/json; charset=utf-8';
const graphqlResponse = 'application/graphql-response+json; charset=utf-8';
const apolloTypes = [json, graphqlResponse, 'application/json; callbackSpec=1.0; charset=utf-8'];
const eventStream = 'text/event-stream';
const multipart = 'multipart/mixed; boundary="graphql"; subscriptionSpec="1.0"';
/** Types that REST routes offer. */
const restTypes = [
  ['application/json'],
  ['application/json', eventStream],
  ['application/json', 'application/x-ndjson', 'application/jsonl', 'text/csv'],
  ['application/x-ndjson', 'application/jsonl', 'text/csv', 'application/vnd.apache.parquet'],
];

/** Returns Negotiator's choices, given the types that each function offers. */
function expectedChoices(accept: string | undefined) {
  const choose = (offered: readonly string[]) =>
    new Negotiator({ headers: { accept } }).mediaType([...offered]) ?? null;
  const response = accept ? choose(apolloTypes) : json;
  const streams = /subscriptionSpec/i.test(accept ?? '') ? [eventStream, multipart] : [eventStream];
  const stream = { [eventStream]: 'sse', [multipart]: 'multipart' }[choose(streams) ?? ''] ?? null;
  return {
    acceptsGraphqlResponse: choose([json, graphqlResponse]) === graphqlResponse,
    acceptsJson: !accept || choose([json]) === json,
    prefersPage: choose([json, graphqlResponse, 'text/html']) === 'text/html',
    response,
    responseOfError: choose(apolloTypes) ?? json,
    stream,
    wantsEventStream: response === null && stream === 'sse',
    rest: restTypes.map((types) => choose(types.map((type) => `${type}; charset=utf-8`))?.split(';')[0] ?? null),
  };
}

function choices(accept: string | undefined) {
  return {
    acceptsGraphqlResponse: acceptsGraphqlResponse(accept),
    acceptsJson: acceptsJson(accept),
    prefersPage: prefersPage(accept),
    response: chooseResponseMediaType(accept),
    responseOfError: responseMediaType(accept),
    stream: chooseStream(accept),
    wantsEventStream: wantsEventStream(accept),
    rest: restTypes.map((types) => preferredRestType(accept, types) ?? null),
  };
}

const mediaRange = fc
  .tuple(
    fc.constantFrom(
      ...['*/*', 'application/*', 'text/*', 'multipart/*', 'image/png', 'nonsense', ''],
      ...['application/json', 'Application/JSON', 'application/graphql-response+json', 'text/html', 'multipart/mixed'],
      ...restTypes.flat(),
    ),
    fc.subarray(
      [
        ...[
          'charset=utf-8',
          'charset="UTF-8"',
          'charset=latin1',
          'charset=*',
          'callbackSpec=1.0',
          'deferSpec=20220824',
        ],
        ...[
          'subscriptionSpec=1.0',
          'subscriptionSpec="1.0"',
          'boundary=graphql',
          'boundary="graphql"',
          'x="a, b; q=0"',
        ],
      ],
      { maxLength: 3 },
    ),
    fc.constantFrom('', ';q=1', ';q=0', '; q=0.5', ';q=0.9', ';Q=0.001', ';q=', ';q=x', ';q=0.5;level=1'),
  )
  .map(([type, parameters, quality]) => [type, ...parameters].join('; ') + quality);
const acceptHeader = fc.array(mediaRange, { maxLength: 8 }).map((ranges) => ranges.join(', '));

describe('the choice by an Accept header', () => {
  it(`equals that of Negotiator for headers generated from seed ${seed}`, () => {
    fc.assert(
      fc.property(fc.option(acceptHeader, { nil: undefined }), (accept) => {
        fc.pre((accept?.length ?? 0) <= 1024);
        expect(choices(accept)).toEqual(expectedChoices(accept));
      }),
      { seed, numRuns: amount(2000, 50_000) },
    );
  });

  it('equals that of Negotiator when headers alternate, and each function is asked first', () => {
    const headers = ['text/html', '', undefined, json, eventStream, 'image/png', 'application/*;q=0.1, text/csv'];
    for (const first of headers) {
      for (const second of headers) {
        choices(first);
        expect(choices(second)).toEqual(expectedChoices(second));
      }
    }
  });

  it('equals that of */* for a header of more than 1,024 characters, and no other for 1,024', () => {
    const any = choices('*/*');
    const rest = ', image/png';
    for (const type of ['text/html', eventStream, 'text/csv', 'image/png', graphqlResponse, multipart]) {
      const padded = (length: number) => `${type.padEnd(length - rest.length)}${rest}`;
      expect(choices(padded(1025))).toEqual(any);
      expect(choices(padded(1024))).toEqual(expectedChoices(padded(1024)));
      expect(choices(padded(1024))).not.toEqual(any);
    }
  });
});
