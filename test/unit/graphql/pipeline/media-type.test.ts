import { chooseStream, wantsEventStream } from '../../../../src/graphql/pipeline/media-type.js';

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
  ])('for %s is %s', (accept, stream) => {
    expect(chooseStream(accept)).toBe(stream);
  });

  it.each([
    ['text/event-stream', true],
    ['*/*', false],
    ['application/json, text/event-stream', false],
    ['image/png', false],
  ])('is that of a query as well for %s: %s', (accept, wants) => {
    expect(wantsEventStream(accept)).toBe(wants);
  });
});
