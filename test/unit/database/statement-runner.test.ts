import { EventEmitter } from 'node:events';
import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import {
  PostgresStatements,
  type ReadReplicas,
  type StatementSignal,
} from '../../../src/database/connection/statement-runner.js';
import type { Statement } from '../../../src/database/statements.js';
import { GatewayError } from '../../../src/errors/gateway-error.js';

const statement = { name: 'a_statement', text: 'SELECT 1' };

interface SentQuery {
  readonly name?: string;
  callback(error: unknown, result?: object): void;
}

/** The driver's `query` with a callback. */
function callingBack(respond: (query: SentQuery) => Promise<object>) {
  return (query: SentQuery) =>
    void respond(query).then(
      (result) => query.callback(null, result),
      (error) => query.callback(error),
    );
}

function runnerFailingWith(error: object) {
  const client = Object.assign(new EventEmitter(), {
    query: callingBack(() => Promise.reject(Object.assign(new Error(), error))),
    release: (isBroken: boolean) => released.push(isBroken),
  });
  const released: boolean[] = [];
  const master = { connect: async () => client };
  const dataSource = { driver: { master } } as unknown as DataSource;
  const runner = new PostgresStatements(dataSource, {
    onStatement: () => {},
    cancelsOnAbort: true,
    keepsPrepared: true,
  });
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
  ])('counts as an outage when %s', async (_where, error) => {
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
  ])('counts as late when %s, and its connection stays open', async (_where, code) => {
    const { runner, released } = runnerFailingWith({ code });
    await expect(runner.run(statement, [])).rejects.toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
    expect(released).toEqual([false]);
  });

  it.each([
    ['its own fault', { code: '42601' }],
    ['a fault of ours', { message: 'x is not a function' }],
    ['only partly an outage', { errors: [{ code: 'ECONNREFUSED' }, { code: '42601' }] }],
  ])('keeps its own error when it is %s', async (_where, error) => {
    const { runner, released } = runnerFailingWith(error);
    await expect(runner.run(statement, [])).rejects.toMatchObject(error);
    expect(released).toEqual([false]);
  });
});

describe('A statement that was prepared', () => {
  it.each(['26000', '42P05'])(
    'goes out again without a name where the pooler has lost it (%s), like all later ones',
    async (code) => {
      const names: unknown[] = [];
      let lost = 0;
      const client = Object.assign(new EventEmitter(), {
        query: callingBack(async ({ name }) => {
          names.push(name);
          if (name !== undefined) throw Object.assign(new Error(), { code });
          return { rows: [{ value: 1 }] };
        }),
        release: () => {},
      });
      const dataSource = { driver: { master: { connect: async () => client } } } as unknown as DataSource;
      const runner = new PostgresStatements(dataSource, {
        ...{ onStatement: () => {}, cancelsOnAbort: true, keepsPrepared: true },
        onPreparationLost: () => {
          lost += 1;
        },
      });
      for (let time = 0; time < 2; time += 1) expect(await runner.run(statement, [])).toEqual([{ value: 1 }]);
      expect({ names, lost }).toEqual({ names: ['a_statement', undefined, undefined], lost: 1 });
    },
  );
});

describe('A statement on a replica', () => {
  /** Creates a runner over named pools, some of which fail with an error, and records which ones were used. */
  function runnerWith(errors: Readonly<Record<string, object>>) {
    const asked: string[] = [];
    const failed: string[] = [];
    const poolOf = (name: string) => ({
      connect: async () =>
        Object.assign(new EventEmitter(), {
          query: callingBack(async () => {
            asked.push(name);
            if (errors[name]) throw Object.assign(new Error(), errors[name]);
            return { rows: [{ name }] };
          }),
          release: () => {},
        }),
    });
    const replicas = ['first', 'second'].map((name) => ({
      name,
      pool: poolOf(name) as unknown as Pool,
      keepsPrepared: true,
    }));
    const choice: ReadReplicas = {
      choose: (except) => replicas.find((replica) => replica !== except && !failed.includes(replica.name)),
      reportFailure: (replica) => failed.push((replica as (typeof replicas)[0]).name),
    };
    const dataSource = { driver: { master: poolOf('primary') } } as unknown as DataSource;
    const options = { onStatement: () => {}, cancelsOnAbort: true, keepsPrepared: true };
    const runner = new PostgresStatements(dataSource, { ...options, replicas: choice });
    return {
      run: (sent: Statement = statement, signal?: StatementSignal) => runner.run(sent, [], signal),
      asked,
      failed,
    };
  }
  const outage = { code: '57P01' };

  it('runs there when the primary, chosen while none could be read, is down', async () => {
    const { run, asked, failed } = runnerWith({ primary: outage });
    failed.push('first', 'second');
    const running = run();
    failed.length = 0;
    expect(await running).toEqual([{ name: 'first' }]);
    expect(asked).toEqual(['primary', 'first']);
    failed.push('first', 'second');
    await expect(run()).rejects.toThrow(GatewayError);
  });

  it('runs on the primary when it must read current data', async () => {
    const { run, asked } = runnerWith({});
    expect(await run()).toEqual([{ name: 'first' }]);
    expect(await run({ ...statement, requiresPrimary: true })).toEqual([{ name: 'primary' }]);
    expect(asked).toEqual(['first', 'primary']);
  });

  it.each([
    ['goes away', outage],
    ['gives it up to go on replaying', { code: '40001' }],
  ])('runs once more, on another replica, when the first %s', async (_title, error) => {
    const { run, asked, failed } = runnerWith({ first: error });
    expect(await run()).toEqual([{ name: 'second' }]);
    expect([asked, failed]).toEqual([['first', 'second'], ['first']]);
  });

  it('runs on the primary when no other replica is left', async () => {
    const { run, asked } = runnerWith({ first: outage });
    await run();
    expect(await run()).toEqual([{ name: 'second' }]);
    const primaryOnly = runnerWith({ first: outage, second: outage });
    await expect(primaryOnly.run()).rejects.toMatchObject({ reason: 'SERVICE_UNAVAILABLE' });
    expect(await primaryOnly.run()).toEqual([{ name: 'primary' }]);
    expect([asked, primaryOnly.asked]).toEqual([
      ['first', 'second', 'second'],
      ['first', 'second', 'second', 'primary'],
    ]);
  });

  it.each([
    ['is wrong', { code: '42601' }, 'code'],
    ['took too long', { code: '57014' }, 'reason'],
  ])('fails without a second attempt when it %s', async (_title, error, member) => {
    const { run, asked } = runnerWith({ first: error });
    await expect(run()).rejects.toHaveProperty(member);
    expect(asked).toEqual(['first']);
  });

  it('fails without a second attempt when its request was abandoned', async () => {
    const { run, asked } = runnerWith({ first: outage });
    const signal = { aborted: false, onabort: null };
    const running = run(statement, signal);
    signal.aborted = true;
    await expect(running).rejects.toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
    expect(asked).toEqual([]);
  });
});
