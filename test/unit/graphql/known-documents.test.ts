import { parse } from 'graphql';
import { createKnownDocuments } from '../../../src/graphql/known-documents.js';

const sourceOf = (name: string) => `{ ${name}: __typename }`;
const document = parse(sourceOf('a'));

describe('known documents', () => {
  it('are found by exactly their source', () => {
    const known = createKnownDocuments();
    known.remember(sourceOf('a'), document);
    expect(known.find(sourceOf('a'))).toBe(document);
    expect(known.find(`${sourceOf('a')} `)).toBeUndefined();
  });

  it('are forgotten beyond the limit, the one not used for longest first', () => {
    const known = createKnownDocuments(3 * sourceOf('a').length);
    for (const name of ['a', 'b', 'c']) known.remember(sourceOf(name), document);
    known.find(sourceOf('a'));
    known.remember(sourceOf('d'), document);
    expect(['a', 'b', 'c', 'd'].filter((name) => known.find(sourceOf(name)))).toEqual(['a', 'c', 'd']);
  });

  it('count once however often they are remembered', () => {
    const known = createKnownDocuments(2 * sourceOf('a').length);
    for (const name of ['a', 'b', 'b', 'b']) known.remember(sourceOf(name), document);
    expect(known.find(sourceOf('a'))).toBe(document);
  });

  it('are not kept where one alone is beyond the limit, and leave no trace of it', () => {
    const known = createKnownDocuments(20);
    known.remember(sourceOf('a'.repeat(100)), document);
    expect(known.find(sourceOf('a'.repeat(100)))).toBeUndefined();
    known.remember(sourceOf('a'), document);
    expect(known.find(sourceOf('a'))).toBe(document);
  });
});
