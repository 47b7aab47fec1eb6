import { ConnectError } from '../../../src/database/connection/connect-error.js';

describe('an error of connecting', () => {
  it.each([
    [{ message: 'database "x" does not exist', code: '3D000' }, 'database "x" does not exist. Create the database,'],
    [{ message: 'no such password', code: '28P01' }, 'no such password. Check user and password in DATABASE_URL,'],
    [{ message: 'role "x" does not exist', code: '28000' }, 'role "x" does not exist. Check user and password'],
    [{ message: 'too many clients already', code: '53300' }, 'too many clients already. The server has no connection'],
    [{ message: 'getaddrinfo ENOTFOUND h', code: 'ENOTFOUND' }, 'getaddrinfo ENOTFOUND h. The host name cannot be'],
    [{ message: '', code: 'ECONNREFUSED' }, 'ECONNREFUSED. Check that PostgreSQL is running there'],
  ])('names the remedy: %j', (error, beginning) => {
    const { message, reason, remedy } = new ConnectError(error);
    expect(message.slice(0, beginning.length)).toBe(beginning);
    expect(message).toBe(`${reason} ${remedy}`);
  });
});
