import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  describeMissingFiles,
  maxConnectionsWithin,
  readOpenFilesLimit,
} from '../../../src/http/protection/open-files.js';

describe('the limit on open files', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gateway-limits-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['256                  524288               files', 256],
    ['unlimited            unlimited            files', Number.POSITIVE_INFINITY],
  ])('is the soft one of Linux: %s', (text, limit) => {
    const path = join(folder, 'limits');
    writeFileSync(
      path,
      `Max processes             100                  100                  processes\nMax open files            ${text}\n`,
    );
    expect(readOpenFilesLimit(path)).toBe(limit);
  });

  it('is unknown on other systems', () => {
    expect(readOpenFilesLimit(join(folder, 'absent'))).toBe(Number.POSITIVE_INFINITY);
  });

  it('leaves files to the database and the admin port, and one connection in any case', () => {
    expect(maxConnectionsWithin(256)).toBe(128);
    expect(maxConnectionsWithin(64)).toBe(1);
  });

  it('is described where it is too low for the variables', () => {
    const limits = { connections: 2000, subscriptions: 1000 };
    expect(describeMissingFiles(limits, 3128)).toBeNull();
    expect(describeMissingFiles(limits, 3127)).toBe(
      'The limit of 3127 open files (ulimit -n) allows 2999 connections, but MAX_CONNECTIONS 2000 and MAX_SUBSCRIPTIONS 1000 need 3128 open files.',
    );
  });
});
