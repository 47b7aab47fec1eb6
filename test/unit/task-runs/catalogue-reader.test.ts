import type { StatementRunner } from '../../../src/database/connection/statement-runner.js';
import { readCatalogue } from '../../../src/task-runs/export/catalogue-reader.js';

const path = { orgId: 'org', projectId: 'project', taskId: null };

/** Reads the rows of a project with this creation time, as PostgreSQL writes it. */
function read(created: string) {
  const rows = {
    organization: [{ id: 'org', name: 'Org', created: '2025-01-01T00:00:00' }],
    project: [{ id: 'project', orgId: 'org', name: 'Project', created }],
    task: [],
    reporting_group: [],
  };
  return readCatalogue({ run: async () => [rows] } as unknown as StatementRunner, path);
}

describe('the catalogue of an export', () => {
  it('writes times in the form of all moments', async () => {
    expect(await read('9999-12-31T23:59:59.9')).toMatchObject([
      { type: 'organization', created: '2025-01-01T00:00:00.000000Z' },
      { type: 'project', created: '9999-12-31T23:59:59.900000Z' },
    ]);
  });

  it.each(['infinity', '-infinity', '10000-01-01T00:00:00', '0044-03-15T00:00:00 BC'])(
    'fails where a row was created at %s, which no check rejects',
    async (created) => {
      await expect(read(created)).rejects.toMatchObject({
        reason: 'UNREADABLE_VALUE',
        cause: { message: expect.stringContaining(`created of the project project is ${created}`) },
      });
    },
  );
});
