// Two runs compared: JSON by path, text by words, decimals by digits.

import { decimalDifference } from '../../../src/pages/runs/compare/decimal-difference.js';
import { compareJson } from '../../../src/pages/runs/compare/json-difference.js';
import { compareTexts } from '../../../src/pages/runs/compare/text-difference.js';
import { parseJson } from '../../../src/pages/shared/json/json-tree.js';

const compare = (before: unknown, after: unknown) =>
  compareJson(parseJson(JSON.stringify(before))!, parseJson(JSON.stringify(after))!).map((row) => {
    if (row.kind === 'equal') return `= ${row.path}: ${row.members.map(({ name }) => name)}`;
    if (row.kind === 'changed') return `~ ${row.path}: ${row.before.text} ${row.after.text}`;
    if (row.kind === 'text') return `~ ${row.path}: ${row.before} → ${row.after}`;
    return `${row.kind === 'added' ? '+' : '-'} ${row.path}: ${row.value.text}`;
  });

describe('two JSON values', () => {
  it('differ by path, with equal members between in one row', () => {
    const before = { a: 1, b: [1], c: { x: 'one two', y: true, z: null }, d: 1, gone: 0 };
    const after = { a: 1, b: [1], c: { x: 'one three', y: true, z: 2 }, d: '1', 'n/e~w': {} };
    expect(compare(before, after)).toEqual([
      '= : a,b',
      '~ /c/x: one two → one three',
      '= /c: y',
      '~ /c/z: null 2',
      '~ /d: 1 "1"',
      '- /gone: 0',
      '+ /n~1e~0w: {}',
    ]);
  });

  it('keep equal items aligned where others were added or removed', () => {
    const [first, second, third] = [{ role: 'user' }, { role: 'assistant' }, { role: 'tool' }];
    expect(compare([first, third], [first, second, third])).toEqual(['= : 0', '+ /1: {"role":"assistant"}', '= : 2']);
    expect(compare([first, second, third], [first, third])).toEqual(['= : 0', '- /1: {"role":"assistant"}', '= : 1']);
    expect(compare([1, 2, 3], [1, 4, 3])).toEqual(['= : 0', '~ /1: 2 4', '= : 2']);
  });

  it('compare JSON in strings as values', () => {
    expect(compare({ a: '{"x":1,"y":2}' }, { a: '{"x":1, "y":3}' })).toEqual(['= /a: x', '~ /a/y: 2 3']);
  });

  it('count as one difference, or none', () => {
    expect(compare({ a: 1 }, { a: 1 })).toEqual(['= : ']);
    expect(compare({ a: 1 }, [1])).toEqual(['~ : {"a":1} [1]']);
    expect(compare('one', 'two')).toEqual(['~ : one → two']);
  });
});

describe('two texts', () => {
  const compared = (before: string, after: string) =>
    compareTexts(before, after).map(({ kind, text }) => `${{ same: '=', removed: '-', added: '+' }[kind]}${text}`);

  it('differ by words', () => {
    expect(compared('The quick brown fox', 'The slow brown fox')).toEqual(['=The ', '-quick', '+slow', '= brown fox']);
    expect(compared('Half of it', 'Half of it arrived')).toEqual(['=Half of it', '+ arrived']);
    expect(compared('49.80 EUR, twice', '24.90 EUR twice')).toEqual(['-49.80', '+24.90', '= EUR', '-,', '= twice']);
    expect(compared('返金は済み', '返金は未済')).toEqual(['=返金は', '+未', '=済', '-み']);
    expect(compared('one, two, three and four', 'one; zwei: three and four')).toEqual([
      '=one',
      '-, two,',
      '+; zwei:',
      '= three and four',
    ]);
    expect(compared('I was charged twice', 'Thank you for the payment, it was late')).toEqual([
      '-I was charged twice',
      '+Thank you for the payment, it was late',
    ]);
    expect(compared('', 'new')).toEqual(['+new']);
  });

  it('differ as a whole where a megabyte differs too much for words', () => {
    const words = Array.from({ length: 150_000 }, (_, index) => `word${index}`);
    const changed = words.with(75_000, 'changed').with(75_100, 'too');
    const kinds = compareTexts(words.join(' '), changed.join(' ')).map(({ kind, text }) => [kind, text.length < 20]);
    expect(kinds.filter(([kind]) => kind !== 'same')).toEqual(
      Array(2)
        .fill([
          ['removed', true],
          ['added', true],
        ])
        .flat(),
    );
    const other = words.toReversed().map((word) => `${word}x`);
    expect(compareTexts(words.join(' '), other.join(' ')).map(({ kind }) => kind)).toEqual(['removed', 'added']);
  });
});

describe('two decimals', () => {
  it.each([
    ['1.00', '1.25', '+0.25'],
    ['1.346', '1.2', '−0.146'],
    ['0.1', '0.3', '+0.2'],
    ['12345678901234567890.01', '12345678901234567890', '−0.01'],
    ['9', '1000', '+991'],
    ['-1', '0.5', '+1.5'],
    ['1.0', '1.00', null],
    ['1', null, null],
    ['1e-7', '3e-7', '+2e-7'],
  ])('%s and %s differ by %s', (before, after, difference) => {
    expect(decimalDifference(before, after)).toBe(difference);
  });
});
