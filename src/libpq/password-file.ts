// Passwords by server, database and user: https://www.postgresql.org/docs/current/libpq-pgpass.html

import { readFile, stat } from 'node:fs/promises';
import type { Host } from './connection-target.js';

interface Login extends Host {
  readonly database: string;
  readonly user: string;
}

/**
 * Returns the password of a login, or `undefined` if there is no entry, file or path.
 * @throws Error if other users could read the file
 */
export async function findPassword(path: string | undefined, login: Login): Promise<string | undefined> {
  if (path === undefined) return undefined;
  let text: string;
  try {
    const { mode } = await stat(path);
    if (process.platform !== 'win32' && mode & 0o077) {
      throw new Error('Users other than its owner can read the password file. Run chmod 600 on it.');
    }
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return text
    .split(/\r?\n/)
    .map(parseLine)
    .find((fields) => matches(fields, login))?.[4];
}

/** Matches four fields, each followed by a colon, and the password. A backslash escapes colons and backslashes. */
const linePattern = new RegExp(`^${'((?:\\\\.|[^\\\\:])*):'.repeat(4)}(.*)$`);

function parseLine(line: string): readonly string[] {
  const [, ...fields] = (line.startsWith('#') ? null : linePattern.exec(line)) ?? [];
  return fields.map((field) => field.replace(/\\(.)/g, '$1'));
}

function matches([host, port, database, user, password]: readonly string[], login: Login): boolean {
  const isHost = host === '*' || host === login.host || (host === 'localhost' && login.host.startsWith('/'));
  const is = (field: string | undefined, value: string) => field === '*' || field === value;
  return (
    password !== undefined &&
    isHost &&
    is(port, String(login.port)) &&
    is(database, login.database) &&
    is(user, login.user)
  );
}
