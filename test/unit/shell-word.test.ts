import { execFileSync } from 'node:child_process';
import { shellWord } from '../../src/shell-word.js';

describe('a word of a shell command', () => {
  it.each([
    '',
    "x';touch owned;'",
    '$HOME $IFS $(id) `id`',
    'two\nlines\n',
    '!! !x',
    'a "b" \\ \\\\ #c & | ; < > ( ) * ? [x] ~ {a,b}',
    "'",
    '-n',
    'https://example.com/a?b=c&d=%27',
    'ünï𝄞',
  ])('is %j for POSIX shells, and nothing else', (text) => {
    for (const shell of ['sh', 'bash'])
      expect(execFileSync(shell, ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text);
  });

  it('keeps `!` for an interactive shell', () => {
    const output = execFileSync('bash', ['--norc', '-i'], {
      input: `set -H\nprintf '<%s>' ${shellWord("it's !! and !x")}\n`,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    expect(output).toContain("<it's !! and !x>");
  });

  it('leaves a name without quotes', () => {
    expect(['alice', 'runs.csv', 'a@b.c'].map(shellWord)).toEqual(['alice', 'runs.csv', 'a@b.c']);
  });
});
