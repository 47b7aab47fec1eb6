import { readResults } from '../../../src/pages/shared/api/event-stream.js';

describe('the stream of a subscription on pages', () => {
  it('returns each result, also behind comments and in parts', async () => {
    const parts = [
      ':\nevent: ne',
      'xt\ndata: {"n":1}\n\n',
      ':\n\nevent: next\ndata: {"n":2}\n',
      '\nevent: complete\ndata: \n\n',
    ];
    const body = ReadableStream.from(parts.map((part) => new TextEncoder().encode(part)));
    const results = [];
    for await (const result of readResults(new Response(body as never), new AbortController(), JSON.parse)) {
      results.push(result);
    }
    expect(results).toEqual([{ n: 1 }, { n: 2 }]);
  });
});
