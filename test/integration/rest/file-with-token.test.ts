import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { requestRest, runUrl } from '../../support/rest-client.js';
import { useGateway } from '../../support/start-gateway.js';

const { richRun, executorRun } = demoPlaces;

describe("a file's bytes for a bearer token", () => {
  const gateway = useGateway();
  const ask = (
    name: string,
    options: Parameters<typeof requestRest>[2] = { as: demoSubjects.viewer },
    path = richRun,
  ) => requestRest(gateway, `${runUrl(gateway, path)}/file/${name}`, options);

  it('require permission to read the run', async () => {
    const response = await ask('screenshot.png');
    expect(response.status).toBe(200);
    expect((await response.arrayBuffer()).byteLength).toBe(7788);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': 'attachment; filename="screenshot.png"',
      'cache-control': 'private, no-cache',
      'x-content-type-options': 'nosniff',
    });
  });

  it.each([
    [demoSubjects.executor, 200],
    [demoSubjects.owner, 200],
    [demoSubjects.viewer, 403],
    [demoSubjects.stranger, 403],
  ])("follow the run's permission: %s gets %d", async (as, status) => {
    expect((await ask('screenshot.png', { as }, executorRun)).status).toBe(status);
  });

  it('come inline on request, in parts, and as 304', async () => {
    const as = demoSubjects.viewer;
    const part = await ask('screenshot.png?inline=true', { as, headers: { range: 'bytes=0-3' } });
    expect([part.status, part.headers.get('content-disposition')]).toEqual([206, 'inline; filename="screenshot.png"']);
    const etag = part.headers.get('etag')!;
    expect((await ask('screenshot.png', { as, headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  it.each(['nothing.png', 'a%00b', '..%2F..%2Fetc%2Fpasswd', '%E5%95%86'])(
    'become 404 for the name %s',
    async (name) => {
      const response = await ask(name);
      expect([response.status, await response.json()]).toEqual([
        404,
        { detail: { message: 'File not found.', reason: 'FILE_NOT_FOUND' } },
      ]);
    },
  );

  it('match names of any script', async () => {
    expect((await ask(encodeURIComponent('商品写真.png'))).status).toBe(200);
  });

  it('fail with a bad signature, even with a good token', async () => {
    expect((await ask('screenshot.png?inline=false&expires=9999999999&signature=x')).status).toBe(403);
  });
});
