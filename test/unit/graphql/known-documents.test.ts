import { parse } from 'graphql';
import { createKnownDocuments } from '../../../src/graphql/known-documents.js';

const sourceOf = (name: string) => `{ ${name}: __typename }`;
const document = parse(sourceOf('a'));
const room = (count: number) => ({ together: count * sourceOf('a').length, ofOne: sourceOf('a').length });

describe('known documents', () => {
  it('are found by exactly their source', () => {
    const known = createKnownDocuments();
    known.remember(sourceOf('a'), document);
    expect(known.find(sourceOf('a'))).toBe(document);
    expect(known.find(`${sourceOf('a')} `)).toBeUndefined();
  });

  it('are forgotten beyond the limit, the one not used for longest first', () => {
    const known = createKnownDocuments(room(3));
    for (const name of ['a', 'b', 'c']) known.remember(sourceOf(name), document);
    known.find(sourceOf('a'));
    known.remember(sourceOf('d'), document);
    expect(['a', 'b', 'c', 'd'].filter((name) => known.find(sourceOf(name)))).toEqual(['a', 'c', 'd']);
  });

  it('that were used last stay when others come in between', () => {
    const known = createKnownDocuments(room(2));
    known.remember(sourceOf('a'), document);
    known.find(sourceOf('a'));
    known.remember(sourceOf('b'), document);
    known.find(sourceOf('a'));
    known.remember(sourceOf('c'), document);
    expect(['a', 'b', 'c'].filter((name) => known.find(sourceOf(name)))).toEqual(['a', 'c']);
  });

  it('count once however often they are remembered', () => {
    const known = createKnownDocuments(room(2));
    for (const name of ['a', 'b', 'b', 'b']) known.remember(sourceOf(name), document);
    expect(known.find(sourceOf('a'))).toBe(document);
  });

  it('are not kept beyond the limit of one, and push nobody out', () => {
    const known = createKnownDocuments(room(2));
    for (const name of ['a', 'b']) known.remember(sourceOf(name), document);
    for (const length of [2, 1000]) {
      known.remember(sourceOf('c'.repeat(length)), document);
      expect(known.find(sourceOf('c'.repeat(length)))).toBeUndefined();
    }
    expect(['a', 'b'].filter((name) => known.find(sourceOf(name)))).toEqual(['a', 'b']);
  });
});
