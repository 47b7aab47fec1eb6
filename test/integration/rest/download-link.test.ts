import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { sampleFiles } from '../../../src/demo/data/sample-files.js';
import type { FileNode } from '../../support/responses.js';
import { startGateway, useGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const query = `query ($inline: Boolean) {
  taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}") {
    files { name contentType sizeBytes downloadUrl(inline: $inline) }
  }
}`;

describe('a download link', () => {
  let clock = Date.now();
  const gateway = useGateway({ clock: { at: clock } });
  const passTime = (ms: number) => {
    clock += ms;
    return gateway.setClock({ at: clock });
  };
  const files = async (inline: boolean): Promise<[FileNode, FileNode, ...FileNode[]]> =>
    (await gateway.dataOf(query, { as: demoSubjects.viewer, variables: { inline } })).taskRun.files;

  it('returns the stored bytes to any holder', async () => {
    const stored = sampleFiles.map(({ bytes }) => Buffer.from(bytes));
    for (const { downloadUrl, sizeBytes, contentType, name } of await files(false)) {
      const response = await fetch(downloadUrl);
      expect(response.status).toBe(200);
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(bytes.length).toBe(sizeBytes);
      expect(stored.some((object) => object.equals(bytes))).toBe(true);
      expect(response.headers.get('content-type')).toContain(contentType);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('content-disposition')).toMatch(/^attachment;/);
      expect(decodeURIComponent(response.headers.get('content-disposition')!)).toContain(name);
    }
  });

  it('shows a file inline on request, and in parts', async () => {
    const [{ downloadUrl }] = await files(true);
    const response = await fetch(downloadUrl, { headers: { range: 'bytes=0-3' } });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-disposition')).toMatch(/^inline;/);
    expect((await response.arrayBuffer()).byteLength).toBe(4);
  });

  it('fails with 403 when it was changed, before any look-up', async () => {
    const [{ downloadUrl }, other] = await files(false);
    const before = await gateway.statements();
    const changed = [
      downloadUrl.replace('inline=false', 'inline=true'),
      downloadUrl.replace(/expires=(\d+)/, (_all: string, expires: string) => `expires=${Number(expires) + 1}`),
      downloadUrl.replace(encodeURIComponent('Beleg Café 3.png'), encodeURIComponent(other.name)),
      downloadUrl.replace(taskId, orgId),
      `${downloadUrl.slice(0, -1)}${downloadUrl.endsWith('A') ? 'B' : 'A'}`,
    ];
    for (const url of changed) {
      expect(url).not.toBe(downloadUrl);
      const response = await fetch(url);
      expect(response.status).toBe(403);
      expect(await response.json()).toEqual({
        detail: { message: 'The download link is invalid or has expired.', reason: 'INVALID_SIGNATURE' },
      });
    }
    expect(await gateway.statements()).toEqual(before);
  });

  it('fails with 403 after 15 minutes', async () => {
    const [{ downloadUrl }] = await files(false);
    await passTime(899_000);
    expect((await fetch(downloadUrl)).status).toBe(200);
    await passTime(1_000);
    expect((await fetch(downloadUrl)).status).toBe(403);
  });

  it('from another gateway fails with 403', async () => {
    const other = await startGateway({
      environment: { FILES_SIGNING_KEY: 'another key of at least 32 characters' },
    });
    try {
      const [{ downloadUrl }] = (await other.dataOf(query, { as: demoSubjects.viewer, variables: { inline: false } }))
        .taskRun.files;
      expect((await fetch(downloadUrl.replace(other.url, gateway.url))).status).toBe(403);
    } finally {
      await other.close();
    }
  });
});

it('a link to a file without bytes fails with 404', async () => {
  const gateway = await startGateway({
    arrange: (database) => database.query("UPDATE task_run_file SET storage_key = 'demo/gone'"),
  });
  try {
    const { taskRun } = await gateway.dataOf(query, { as: demoSubjects.viewer, variables: { inline: false } });
    const response = await fetch(taskRun.files[0].downloadUrl);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ detail: { message: 'File not found.', reason: 'FILE_NOT_FOUND' } });
  } finally {
    await gateway.close();
  }
});
