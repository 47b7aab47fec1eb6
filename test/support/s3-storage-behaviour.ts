// The behaviour of bucket storage, tested both with the in-memory store and with a real one.

import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { FileStorage, PresignedObject } from '../../src/files/storage.js';

/** @param open opens a storage with an empty bucket and the prefix `some/prefix` */
export function itStoresFiles(open: () => Promise<FileStorage>): void {
  let storage: FileStorage;
  beforeAll(async () => {
    storage = await open();
  });
  const link = (object: Partial<PresignedObject> & { key: string }) =>
    storage.presign!({
      method: 'GET',
      contentType: 'text/plain; charset=utf-8',
      contentDisposition: 'attachment; filename="x"',
      signedAt: Date.now(),
      lifetimeSeconds: 60,
      ...object,
    });

  it('returns what was put, whole and in part', async () => {
    const bytes = Buffer.from('0123456789');
    await storage.put('a/b', bytes);
    const object = (await storage.open('a/b'))!;
    expect([object.size, object.etag]).toEqual([10, expect.stringMatching(/^"[^"]+"$/)]);
    expect(await buffer(await object.read())).toEqual(bytes);
    const again = (await storage.open('a/b'))!;
    expect(await buffer(await again.read({ start: 2, end: 4 }))).toEqual(Buffer.from('234'));
  });

  it('stores a stream, unless it breaks', async () => {
    await storage.put('streamed', { stream: Readable.from([Buffer.from('01'), Buffer.from('23')]), size: 4 });
    const held = async () => buffer(await (await storage.open('streamed'))!.read());
    expect(await held()).toEqual(Buffer.from('0123'));
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('45');
        throw new Error('the source is gone');
      })(),
    );
    await expect(storage.put('streamed', { stream: broken, size: 4 })).rejects.toThrow();
    expect(await held()).toEqual(Buffer.from('0123'));
  });

  it('returns nothing under a key that was never put', async () => {
    expect(await storage.open('a/nothing')).toBeNull();
  });

  it.each(['../x', 'a/../b', 'a//b', '/a', '', 'a\\b', 'a\0b', './a'])(
    'returns nothing under the key %j',
    async (key) => {
      expect(await storage.open(key)).toBeNull();
      expect(await link({ key })).toBeNull();
      await expect(storage.put(key, Buffer.from('x'))).rejects.toThrow('relative path');
    },
  );

  it('never mixes two versions of an object', async () => {
    await storage.put('changing', Buffer.from('first'));
    const object = (await storage.open('changing'))!;
    await storage.put('changing', Buffer.from('other'));
    await expect(object.read()).rejects.toMatchObject({ reason: 'FILE_STORE_UNAVAILABLE' });
  });

  it.each(["näme's (1)+2!*~", '商品/写真 100%', 'a b&c=d?e#f', 'quote"<>'])('links to the key %s', async (key) => {
    await storage.put(key, Buffer.from(key));
    const response = await fetch((await link({ key }))!);
    expect([response.status, await response.text()]).toEqual([200, key]);
  });
}
