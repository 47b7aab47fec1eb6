import { EventEmitter } from 'node:events';
import type { DataSource } from 'typeorm';
import { createStatementRunner } from '../../../src/database/connection/statement-runner.js';

const statement = { name: 'a_statement', text: 'SELECT 1' };

function runnerFailingWith(error: object) {
  const client = Object.assign(new EventEmitter(), {
    query: () => Promise.reject(Object.assign(new Error(), error)),
    release: (isBroken: boolean) => released.push(isBroken),
  });
  const released: boolean[] = [];
  const master = { connect: async () => client };
  const dataSource = { driver: { master } } as unknown as DataSource;
  const runner = createStatementRunner(dataSource, { onStatement: () => {}, isCancelling: true, keepsPrepared: true });
  return { runner, released };
}

describe('A statement that fails', () => {
  it.each([
    ['the server refuses connections', { code: 'ECONNREFUSED' }],
    ['the server is shutting down', { code: '57P01' }],
    ['the database lets nobody in', { code: '55000' }],
    ['the database is gone', { code: '3D000' }],
    ['the password has changed', { code: '28P01' }],
    ['a standby gave it up for the sake of recovery', { code: '40001' }],
    ['it was chosen to end a deadlock', { code: '40P01' }],
    ['the connection broke', { message: 'Connection terminated unexpectedly' }],
    ['no address answers', { errors: [{ code: 'ECONNREFUSED' }, { code: 'EHOSTUNREACH' }] }],
  ])('is an outage where %s', async (_where, error) => {
    const { runner, released } = runnerFailingWith(error);
    await expect(runner.run(statement, [])).rejects.toMatchObject({
      reason: 'SERVICE_UNAVAILABLE',
      extensions: { retryAfter: 1 },
    });
    expect(released).toEqual([true]);
  });

  it.each([
    ['it took longer than the server allows', '57014'],
    ['it waited longer for a lock than the server allows', '55P03'],
  ])('is late where %s, and its connection goes on', async (_where, code) => {
    const { runner, released } = runnerFailingWith({ code });
    await expect(runner.run(statement, [])).rejects.toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
    expect(released).toEqual([false]);
  });

  it.each([
    ['a fault of its own', { code: '42601' }],
    ['a fault of ours', { message: 'x is not a function' }],
    ['only partly an outage', { errors: [{ code: 'ECONNREFUSED' }, { code: '42601' }] }],
  ])('stays what it is where it is %s', async (_where, error) => {
    const { runner, released } = runnerFailingWith(error);
    await expect(runner.run(statement, [])).rejects.toMatchObject(error);
    expect(released).toEqual([false]);
  });
});
