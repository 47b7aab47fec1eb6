import {
  acceptsGraphqlResponse,
  acceptsJson,
  chooseStream,
  wantsEventStream,
} from '../../../../src/graphql/operation/media-type.js';

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
