import type { UsageError } from '../../../src/commands/arguments/options.js';
import { createTokenCommand, readTokenRequest } from '../../../src/commands/token.js';
import { parsed } from './parsed-command.js';

const id = '0190A234-8DC6-6D08-AEA9-928FCECAD8F1';
const usage = 'Usage: npm run token -- --subject S [--org ID] [--project ID] [--task ID] [--expires 1h]';

const requestIn = (...args: readonly string[]) => readTokenRequest(parsed(createTokenCommand(), args));

function faultsOf(...args: string[]): readonly string[] {
  try {
    return [`accepted ${JSON.stringify(requestIn(...args))}`];
  } catch (error) {
    return (error as UsageError).faults;
  }
}

describe('The token command', () => {
  it('needs a subject only', () => {
    expect(requestIn('--subject', 'alice')).toEqual({
      subject: 'alice',
      orgId: undefined,
      projectId: undefined,
      taskId: undefined,
      expiresInSeconds: 3600,
    });
  });

  it('takes every option, in both spellings', () => {
    const args = ['--subject=-a-', '--org', id, `--project=${id}`, '--task', id, '--expires', '2d'];
    expect(requestIn(...args)).toEqual({
      subject: '-a-',
      orgId: id.toLowerCase(),
      projectId: id.toLowerCase(),
      taskId: id.toLowerCase(),
      expiresInSeconds: 172_800,
    });
  });

  it.each([
    ['30s', 30],
    ['15m', 900],
    ['1h', 3600],
    ['7d', 604_800],
    ['365d', 31_536_000],
  ])('reads the duration %s', (text, seconds) => {
    expect(requestIn('--subject', 'a', '--expires', text).expiresInSeconds).toBe(seconds);
  });

  it.each(['', '0s', '366d', '1', 'h', '1.5h', '-1h', '1w', '1H', ' 1h', '1h30m', '1e3s'])(
    'rejects the duration "%s"',
    (text) => {
      expect(faultsOf('--subject', 'a', `--expires=${text}`)).toEqual([
        '--expires is not a number and a unit such as 30s, 15m, 1h or 7d, from 1s to 365d.',
      ]);
    },
  );

  it('reports every mistake at once, with its usage', () => {
    const args = ['--subject', '', '--org', 'x', '--task', '--expires', 'soon', '--nope', '-x', 'stray', '--org', id];
    expect(faultsOf(...args)).toEqual([
      '--nope is not an option.',
      '-x is not an option.',
      '"stray" does not belong to any option.',
      '--subject is not 1 to 255 characters.',
      '--org is given twice.',
      '--task has no value.',
      '--expires is not a number and a unit such as 30s, 15m, 1h or 7d, from 1s to 365d.',
    ]);
    expect(() => requestIn()).toThrow(`--subject is missing.\n${usage}`);
  });
});
