import { explainEnd, explainStart, withPath } from '../../../src/errors/explain.js';

const failing = (message: string, properties: object = {}) => Object.assign(new Error(message), properties);

describe('A command that ends early', () => {
  it.each([
    [
      'a full disk of the server',
      failing('could not extend file "base/5/16522": No space left on device', { code: '53100' }),
      'could not extend file "base/5/16522": No space left on device. Free disk space on the database server, then run the command again.',
    ],
    [
      'a full disk here',
      failing('ENOSPC: no space left on device, write', { code: 'ENOSPC' }),
      'ENOSPC: no space left on device, write. Free disk space, then run the command again.',
    ],
    [
      'a folder that it may not write to',
      failing("EACCES: permission denied, open '/a/b'", { code: 'EACCES', path: '/a/b' }),
      "EACCES: permission denied, open '/a/b'. Give the user that runs the command read and write access to it, or choose another path.",
    ],
    [
      'a port that it may not use',
      failing('listen EACCES: permission denied', { code: 'EACCES' }),
      'listen EACCES: permission denied',
    ],
    [
      'a table that it may not read or write',
      failing('permission denied for table access_grant', { code: '42501' }),
      'permission denied for table access_grant. Run the command as the role that owns the tables (docs/operating.md).',
    ],
    [
      'a schema that it may not add tables to',
      failing('permission denied for schema public', { code: '42501' }),
      'permission denied for schema public. As the owner of the database: GRANT USAGE, CREATE ON SCHEMA public TO the role that migrates, because only the owner has CREATE there since PostgreSQL 15 (docs/operating.md).',
    ],
    [
      'a server that crashed',
      failing('Connection terminated unexpectedly'),
      'Connection terminated unexpectedly. The database closed the connection. Check its log, then run the command again.',
    ],
    ['any other', failing('No organization has this id.'), 'No organization has this id.'],
    ['one without a message', { code: 'ECONNREFUSED' }, 'ECONNREFUSED'],
  ])('names the cause, and the remedy if that is known, with %s', (_what, error, text) => {
    expect(explainEnd(error)).toBe(text);
  });
});

describe('A start that fails', () => {
  it('names the grant that the role of the gateway lacks', () => {
    expect(explainStart(failing('permission denied for table task_run', { code: '42501' }))).toBe(
      'permission denied for table task_run. As the owner of the tables: GRANT SELECT ON ALL TABLES IN SCHEMA public TO the role of the gateway (docs/operating.md).',
    );
  });
});

describe('A write that fails', () => {
  it.each([
    [
      'names its path on a full disk',
      failing('ENOSPC: no space left on device, write', { code: 'ENOSPC' }),
      "write '/a/b'",
    ],
    [
      'keeps the path of the error',
      failing("ENOSPC: no space left on device, mkdir '/c'", { code: 'ENOSPC', path: '/c' }),
      "mkdir '/c'",
    ],
    ['keeps other errors', failing('canceling statement', { code: '57014' }), 'canceling statement'],
  ])('%s', async (_what, error, end) => {
    await expect(withPath('/a/b', () => Promise.reject(error))).rejects.toThrow(new RegExp(`${end}$`));
  });
});
