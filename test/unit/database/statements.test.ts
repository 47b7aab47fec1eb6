import type { DataSource } from 'typeorm';
import { createStatementRunner } from '../../../src/database/statements.js';

const statement = { name: 'a_statement', text: 'SELECT 1' };

function runnerFailingWith(error: object) {
  const master = { query: () => Promise.reject(Object.assign(new Error(), error)) };
  return createStatementRunner({ driver: { master } } as unknown as DataSource, () => {});
}

describe('A statement that fails', () => {
  it.each([
    ['the server refuses connections', { code: 'ECONNREFUSED' }],
    ['the server is shutting down', { code: '57P01' }],
    ['the database lets nobody in', { code: '55000' }],
    ['the database is gone', { code: '3D000' }],
    ['the password has changed', { code: '28P01' }],
    ['it took too long', { code: '57014' }],
    ['a standby gave it up for the sake of recovery', { code: '40001' }],
    ['it was chosen to end a deadlock', { code: '40P01' }],
    ['the driver waited too long', { message: 'Query read timeout' }],
    ['no address answers', { errors: [{ code: 'ECONNREFUSED' }, { code: 'EHOSTUNREACH' }] }],
  ])('is an outage where %s', async (_where, error) => {
    await expect(runnerFailingWith(error).run(statement, [])).rejects.toMatchObject({
      reason: 'SERVICE_UNAVAILABLE',
      extensions: { retryAfter: 1 },
    });
  });

  it.each([
    ['a fault of its own', { code: '42601' }],
    ['a fault of ours', { message: 'x is not a function' }],
    ['only partly an outage', { errors: [{ code: 'ECONNREFUSED' }, { code: '42601' }] }],
  ])('stays what it is where it is %s', async (_where, error) => {
    await expect(runnerFailingWith(error).run(statement, [])).rejects.toMatchObject(error);
  });
});
