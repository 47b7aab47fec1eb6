import { type DocumentNode, parse } from 'graphql';
import { createDocumentCache } from '../../../../src/graphql/execution/document-cache.js';

const sourceOf = (name: string, fields = 1) =>
  `query ${name} { ${Array.from({ length: fields }, (_, index) => `field${index}`).join(' ')} }`;

describe('the cache of documents', () => {
  let planned: Map<DocumentNode, number>;
  const create = (limits: { totalBytes: number; documentBytes: number }) => {
    planned = new Map();
    return createDocumentCache(
      {
        plannedFields: (document) => planned.get(document) ?? 0,
        forget: (document) => void planned.delete(document),
      },
      limits,
    );
  };
  const small = { totalBytes: 20_000, documentBytes: 15_000 };
  const add = (cache: ReturnType<typeof create>, source: string) => {
    const document = parse(source);
    cache.add(`key of ${source}`, document);
    return document;
  };

  it('finds a document by its source and by its key, and no other', () => {
    const cache = create(small);
    const document = add(cache, sourceOf('A'));
    expect(cache.find(sourceOf('A'))).toBe(document);
    expect(cache.findByKey(`key of ${sourceOf('A')}`)).toBe(document);
    expect(cache.find(`${sourceOf('A')} `)).toBeUndefined();
    expect(cache.findByKey('key')).toBeUndefined();
  });

  it('lets those go that were not used for longest', () => {
    const cache = create(small);
    for (const name of ['A', 'B', 'C']) add(cache, sourceOf(name));
    for (let index = 0; index < 20; index += 1) {
      expect(cache.find(sourceOf('A'))).toBeDefined();
      add(cache, sourceOf(`Further${index}`));
    }
    expect(cache.find(sourceOf('B'))).toBeUndefined();
    expect(cache.findByKey(`key of ${sourceOf('B')}`)).toBeUndefined();
  });

  it('keeps what is pinned, by its source and by its key, until something else is', () => {
    const cache = create(small);
    const [pinned, other] = [parse(sourceOf('Pinned')), parse(sourceOf('Other'))];
    cache.pin([pinned]);
    cache.add('key', parse(sourceOf('Pinned')));
    for (let index = 0; index < 20; index += 1) add(cache, sourceOf(`Further${index}`));
    expect([cache.find(sourceOf('Pinned')), cache.findByKey('key')]).toEqual([pinned, pinned]);
    expect(cache.findByKey('key')).toBe(pinned);
    expect([cache.isPinned(pinned), cache.isPinned(other)]).toEqual([true, false]);
    cache.pin([other]);
    expect([cache.find(sourceOf('Pinned')), cache.findByKey('key')]).toEqual([undefined, undefined]);
  });

  it('lets go of the plans of what is pinned where they take too much', () => {
    const cache = create(small);
    const documents = ['A', 'B', 'C'].map((name) => parse(sourceOf(name)));
    cache.pin(documents);
    for (const document of documents) {
      planned.set(document, 12);
      cache.updateSize(document);
    }
    expect([...planned.keys()]).toEqual(documents.slice(1));
    expect(cache.find(sourceOf('A'))).toBe(documents[0]);
  });

  it('counts what is planned for a document', () => {
    const cache = create(small);
    const [first, second] = [add(cache, sourceOf('A')), add(cache, sourceOf('B'))];
    planned.set(second, 15);
    cache.updateSize(second);
    expect(cache.find(sourceOf('B'))).toBe(second);
    expect(cache.findByKey(`key of ${sourceOf('B')}`)).toBe(second);
    planned.set(first, 10);
    cache.updateSize(first);
    expect(cache.find(sourceOf('B'))).toBeUndefined();
    expect(cache.find(sourceOf('A'))).toBe(first);
  });

  it.each([
    ['tokens', sourceOf('A', 30)],
    ['comments', `${'#\n'.repeat(100)}${sourceOf('A')}`],
  ])('keeps none that would push out many others: %s', (_what, source) => {
    const cache = create({ totalBytes: 20_000, documentBytes: 8_000 });
    add(cache, sourceOf('B'));
    add(cache, source);
    expect(cache.find(source)).toBeUndefined();
    expect(cache.findByKey(`key of ${source}`)).toBeUndefined();
    expect(cache.find(sourceOf('B'))).toBeDefined();
  });

  it('lets a document go whose plans have grown too large, and recounts none that is not there', () => {
    const cache = create(small);
    const document = add(cache, sourceOf('A'));
    planned.set(document, 1000);
    cache.updateSize(document);
    expect(cache.find(sourceOf('A'))).toBeUndefined();
    cache.updateSize(document);
    expect(cache.find(sourceOf('A'))).toBeUndefined();
  });
});
