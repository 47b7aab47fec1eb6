import { limitReads } from '../../../src/http/health.js';

it('the metrics are read at most 500 times in ten seconds, and then the last ones are sent', async () => {
  let time = 0;
  let reads = 0;
  const read = limitReads(
    async () => `text ${++reads}`,
    () => time,
  );
  const texts = async (count: number) => {
    const all: string[] = [];
    for (let each = 0; each < count; each += 1) all.push(await read());
    return all;
  };
  expect(await texts(500)).toEqual(Array.from({ length: 500 }, (_, index) => `text ${index + 1}`));
  time = 9999;
  expect(new Set(await texts(200))).toEqual(new Set(['text 500']));
  time = 10_000;
  expect(await texts(2)).toEqual(['text 501', 'text 502']);
});
