import { run, startFileServer } from './file-server.js';

let server: Awaited<ReturnType<typeof startFileServer>>;
beforeAll(async () => {
  server = await startFileServer();
});
afterAll(() => server.close());

const names = [
  'two words.txt',
  `"double" and 'single'.txt`,
  'a#b?c%d&e=f+g;h.txt',
  '%41%2e%2523.txt',
  'größe-数据-🙂.txt',
  'line\nbreak\r\n.txt',
  'a/b\\c.txt',
  '../../etc/passwd',
  '.',
  '..',
  '~.',
  '~~..',
  '~home.txt',
  '%2e%2e',
  ' ',
  '-',
  'ends with/',
  'a//b',
  'x'.repeat(255),
  '数'.repeat(255),
];

describe('the link of a file with an odd name', () => {
  it.each(names.map((name) => [JSON.stringify(name).slice(0, 60), name]))('leads to that file: %s', async (_, name) => {
    const response = await fetch(await server.add(name, `bytes of ${name}`));
    expect([response.status, await response.text()]).toEqual([200, `bytes of ${name}`]);
    expect(server.lookups.at(-1)).toEqual({ ...run, name });
  });

  it('never leads to another file', () => {
    expect(new Set(names.map((name) => new URL(server.linkTo(name)).pathname)).size).toBe(names.length);
  });
});
