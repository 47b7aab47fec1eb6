import { getIntrospectionQuery, parse } from 'graphql';
import { isTooDeep } from '../../../../src/graphql/documents/document-depth.js';

const nested = (levels: number, open: string, inside: string, close: string) =>
  open.repeat(levels) + inside + close.repeat(levels);
const chain = (
  fragments: number,
  definition = (name: string, next: string) => `fragment ${name} on T { ...${next} }`,
) => Array.from({ length: fragments }, (_, index) => definition(`f${index}`, `f${index + 1}`)).join('\n');
/** Documents with a given number of levels, which is at least 4. */
const forms: readonly (readonly [form: string, write: (levels: number) => string])[] = [
  ['fields', (levels) => nested(levels, '{ a ', '', '}')],
  ['fields after other definitions', (levels) => `query A { a } ${nested(levels, '{ a ', '', '}')}`],
  ['inline fragments', (levels) => `{ ${nested(levels - 1, '... on T {', 'a', '}')} }`],
  ['inline fragments without a type', (levels) => `{ ${nested(levels - 1, '... @skip(if: false) {', 'a', '}')} }`],
  ['lists in an argument', (levels) => `{ a(b: ${nested(levels - 1, '[', '1', ']')}) }`],
  ['objects in an argument', (levels) => `{ a(b: ${nested(levels - 1, '{ c: ', '1', '}')}) }`],
  ['objects in the argument of a directive', (levels) => `query @d(b: ${nested(levels, '{ c: ', '1', '}')}) { a }`],
  ['a default value', (levels) => `query ($v: T = ${nested(levels, '[', '1', ']')}) { a }`],
  ['the type of a variable', (levels) => `query ($v: ${nested(levels, '[', 'T', ']')}) { a }`],
  ['a chain of fragments', (levels) => `{ ...f0 } ${chain(levels - 2)} fragment f${levels - 2} on T { a }`],
  ['fragments in any order', (levels) => `fragment f${levels - 2} on T { a } ${chain(levels - 2)} { ...f0 }`],
  ['unused fragments', (levels) => `{ a } ${chain(levels - 1)} fragment f${levels - 1} on T { a }`],
  [
    'fragments with comments inside of their names',
    (levels) =>
      `{ ...#,\nf0 } ${chain(levels - 2, (name, next) => `fragment # ,\n ${name} #\n on T { ... #\n ${next} }`)} fragment f${levels - 2} on T { a }`,
  ],
  [
    'fragments between definitions without braces',
    (levels) => `{ ...f0 } ${chain(levels - 2, (name, next) => `scalar S fragment ${name} on T { ...${next} }`)}
      scalar fragment fragment f${levels - 2} on T { a }`,
  ],
  [
    'fragments with objects in the arguments of their directives',
    (levels) =>
      `{ ...f0 } ${chain(levels - 2, (name, next) => `fragment ${name} on T @d(a: { b: [1] }) { a(b: {}) ...${next} }`)}
        fragment f${levels - 2} on T { a }`,
  ],
  [
    'a fragment that is spread at several levels',
    (levels) => `{ ...f ${nested(levels - 2, 'a {', '...f', '}')} ...f } fragment f on T { a }`,
  ],
  [
    'a fragment with the name of another one',
    (levels) =>
      `fragment f on T { a } { ...f } fragment f on T ${nested(levels - 1, '{ a ', '', '}')} fragment fragment on fragment { a }`,
  ],
  ['the rest of an invalid document', (levels) => `${nested(levels, '{ a ', '', '}')} ? ${'{'.repeat(100)}`],
];

describe('the levels of a document', () => {
  it.each(forms)('are at most 64: %s', (_form, write) => {
    expect(isTooDeep(write(64))).toBe(false);
    expect(isTooDeep(write(65))).toBe(true);
  });

  it.each(forms.slice(0, -1))('are as many as the parser reads: %s', (_form, write) => {
    expect(() => parse(write(64))).not.toThrow();
  });

  it.each([
    ['fields', nested(500_000, '{ a ', '', '}'), true],
    ['a chain of fragments', `{ ...f0 } ${chain(2500)}`, true],
    ['a cycle of many fragments', `{ ...f0 } ${chain(100)} fragment f100 on T { ...f0 }`, true],
    ['a cycle of few fragments', `{ ...f0 } ${chain(10)} fragment f10 on T { ...f0 }`, false],
    [
      'fragments whose spreads are outside of braces',
      chain(9000, (name, next) => `fragment ${name} on T(...${next})`),
      false,
    ],
    [
      'braces in strings and comments',
      `{ a(b: "${'{'.repeat(100)}", c: """${'['.repeat(100)}""") } #${'{'.repeat(100)}`,
      false,
    ],
    ['many selections side by side', `{ ${'a { b(c: [{}]) { ...f } } '.repeat(500)} } fragment f on T { a }`, false],
    ['only closing braces', '}'.repeat(200), false],
    ['no tokens', '#'.repeat(100), false],
  ])('are read without recursion: %s', (_form, text, expected) => {
    expect(isTooDeep(text)).toBe(expected);
  });

  it('are not read beyond the tokens that the parser reads', () => {
    const text = `${'a '.repeat(50)}${'{'.repeat(100)}`;
    expect([isTooDeep(text, 100), isTooDeep(text, 200)]).toEqual([false, true]);
  });

  it('allow the queries of tools for GraphQL', () => {
    const options = { typeRecursionDepth: 20, oneOf: true, directiveIsRepeatable: true };
    expect(isTooDeep(getIntrospectionQuery(options as object))).toBe(false);
  });
});
