import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { parseConfig } from '../../src/config/config.js';
import { openStorage } from '../../src/files/open-storage.js';
import { eventually } from '../support/eventually.js';
import { type S3Server, s3Credentials, startS3Server } from '../support/s3-server.js';
import { itStoresFiles } from '../support/s3-storage-behaviour.js';

/** The store's time limit in milliseconds, long enough for a success on a busy machine. */
const limit = 3000;
const unavailable = expect.objectContaining({ reason: 'FILE_STORE_UNAVAILABLE' });
const open = (store: { url: string }, environment: Record<string, string> = {}, timeoutMs = limit) =>
  openStorage(
    parseConfig({
      FILES_URL: 's3://bucket/some/prefix/',
      AWS_ENDPOINT_URL_S3: store.url,
      AWS_ACCESS_KEY_ID: s3Credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3Credentials.secretAccessKey,
      ...environment,
    }).files,
    timeoutMs,
  );

let store: S3Server;
beforeEach(async () => {
  store = await startS3Server();
});
afterEach(() => store.close());

describe('storage in a bucket', () => {
  let shared: S3Server;
  afterAll(() => shared.close());
  itStoresFiles(async () => {
    shared = await startS3Server();
    return open(shared);
  });

  it('puts all objects below the prefix', async () => {
    await (await open(store)).put('a/b', Buffer.from('x'));
    expect([...store.objects.keys()]).toEqual(['some/prefix/a/b']);
    await (await open(store, { FILES_URL: 's3://bucket' })).put('a/b', Buffer.from('x'));
    expect([...store.objects.keys()]).toEqual(['some/prefix/a/b', 'a/b']);
  });

  it('puts the bucket in the path of URLs for a custom store, in the host for Amazon', async () => {
    const hostOf = async (environment: Record<string, string>) => {
      const storage = await open({ url: '' }, environment);
      const object = { key: 'k', contentType: 'a/b', contentDisposition: 'inline' } as const;
      const url = new URL((await storage.presign!({ ...object, method: 'GET', signedAt: 0, lifetimeSeconds: 1 }))!);
      return url.host + url.pathname;
    };
    expect(await hostOf({ AWS_REGION: 'eu-west-3' })).toBe('bucket.s3.eu-west-3.amazonaws.com/some/prefix/k');
    expect(await hostOf({ AWS_REGION: 'cn-north-1' })).toBe('bucket.s3.cn-north-1.amazonaws.com.cn/some/prefix/k');
    const endpoint = { AWS_ENDPOINT_URL_S3: 'https://store.example:9000' };
    expect(await hostOf(endpoint)).toBe('store.example:9000/bucket/some/prefix/k');
  });
});

describe('a link to a bucket', () => {
  const linkTo = async (signedAt = Date.now(), environment = {}, contentDisposition = 'attachment') =>
    (await (
      await open(store, environment)
    ).presign!({
      key: 'k',
      method: 'GET',
      contentType: 'text/plain',
      contentDisposition,
      signedAt,
      lifetimeSeconds: 60,
    }))!;
  beforeEach(() => void store.objects.set('some/prefix/k', Buffer.from('x')));

  it.each([
    'attachment; filename="x.txt"',
    `inline; filename="_____.txt"; filename*=UTF-8''%E5%95%86%22%0A%28%29.txt`,
    `attachment; filename*=UTF-8''${'%F0%9F%A6%8A'.repeat(255)}`,
  ])('gives the store the headers of its response: %s', async (contentDisposition) => {
    const response = await fetch(await linkTo(Date.now(), {}, contentDisposition));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain');
    expect(response.headers.get('content-disposition')).toBe(contentDisposition);
  });

  it('works until it expires', async () => {
    expect((await fetch(await linkTo(Date.now() - 30_000))).status).toBe(200);
    expect((await fetch(await linkTo(Date.now() - 61_000))).status).toBe(403);
  });

  it.each([
    ['another key', (url: string) => url.replace('/k?', '/other?')],
    ['another type', (url: string) => url.replace('text%2Fplain', 'text%2Fhtml')],
    ['another disposition', (url: string) => url.replace('attachment', 'inline')],
    ['a longer life', (url: string) => url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600')],
  ])('fails for %s', async (_what, change) => {
    store.objects.set('some/prefix/other', Buffer.from('y'));
    const url = await linkTo();
    expect(change(url)).not.toBe(url);
    expect((await fetch(change(url))).status).toBe(403);
  });

  it('works only for its method', async () => {
    expect((await fetch(await linkTo(), { method: 'HEAD' })).status).toBe(403);
  });

  it('works with temporary credentials', async () => {
    const temporary = { ...s3Credentials, sessionToken: 'token/with+signs==' };
    await store.close();
    store = await startS3Server(temporary);
    store.objects.set('some/prefix/k', Buffer.from('x'));
    expect((await fetch(await linkTo(Date.now(), { AWS_SESSION_TOKEN: temporary.sessionToken }))).status).toBe(200);
    expect((await fetch(await linkTo())).status).toBe(403);
    expect((await (await open(store, { AWS_SESSION_TOKEN: temporary.sessionToken })).open('k'))!.size).toBe(1);
  });
});

describe('a failing store', () => {
  const outcomeOf = (action: Promise<unknown>) => action.catch((error: unknown) => error);

  it.each(['silent', 'broken'] as const)('counts as unavailable when it is %s, within the time limit', async (mood) => {
    const storage = await open(store);
    store.behaviour = mood;
    for (const action of [() => storage.open('k'), () => storage.put('k', Buffer.from('x'))]) {
      expect(await outcomeOf(action())).toEqual(unavailable);
    }
  });

  it('counts as unavailable when it does not listen', async () => {
    const storage = await open(store);
    await store.close();
    expect(await outcomeOf(storage.open('k'))).toEqual(unavailable);
  });

  it('without its bucket is neither a missing object nor a reason to retry', async () => {
    store.hasBucket = false;
    const message = 'The file store returned status 404 for s3://bucket/some/prefix/k.';
    await expect((await open(store)).open('k')).rejects.toThrow(message);
  });

  it('responds to a check of the bucket, also without permission for it', async () => {
    await expect((await open(store)).ping!()).resolves.toBeUndefined();
    await expect((await open(store, { AWS_SECRET_ACCESS_KEY: 'wrong' })).ping!()).resolves.toBeUndefined();
    store.behaviour = 'broken';
    expect(await outcomeOf((await open(store)).ping!())).toEqual(unavailable);
  });

  it('counts as unavailable, for links as well, when credentials do not come in time', async () => {
    // If no credentials are configured, the AWS SDK requests this address, which never responds.
    store.behaviour = 'silent';
    process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = `${store.url}/credentials`;
    try {
      const storage = await open(store, { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' });
      const object = { key: 'k', method: 'GET', contentType: 'a/b', contentDisposition: 'inline' } as const;
      const presigning = storage.presign!({ ...object, signedAt: Date.now(), lifetimeSeconds: 60 });
      expect(await outcomeOf(presigning)).toEqual(unavailable);
      expect(store.requests[0]?.path).toBe('/credentials');
    } finally {
      delete process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
    }
  });

  it('is not a reason to retry for wrong credentials', async () => {
    const storage = await open(store, { AWS_SECRET_ACCESS_KEY: 'wrong' });
    const message = 'The file store returned status 403 for s3://bucket/some/prefix/k.';
    await expect(storage.open('k')).rejects.toThrow(message);
    expect(store.requests.map(({ fault }) => fault)).toContain('SignatureDoesNotMatch');
  });

  it('breaks the stream off when it stalls in the middle', async () => {
    store.objects.set('some/prefix/k', Buffer.alloc(1000));
    store.behaviour = 'stalling';
    const object = (await (await open(store)).open('k'))!;
    expect(String(await outcomeOf(object.read().then(buffer)))).toContain(`No bytes within ${limit} ms`);
  });

  it('allows a slow reader more time than the limit', async () => {
    const bytes = Buffer.alloc(3_000_000, 'x');
    store.objects.set('some/prefix/k', bytes);
    const stream = await (await (await open(store)).open('k'))!.read();
    let read = 0;
    for await (const chunk of stream) {
      if (read === 0) await new Promise((resolve) => setTimeout(resolve, 2 * limit));
      read += chunk.length;
    }
    expect(read).toBe(bytes.length);
  });
});

describe('a big object', () => {
  const size = 64 * 1024 * 1024;
  const read = async () => {
    store.objects.set('some/prefix/k', Buffer.alloc(size));
    // The store takes a while to hash this much data.
    return (await (await open(store, {}, 60_000)).open('k'))!.read();
  };
  it('arrives no faster than it is read', async () => {
    const stream = await read();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(store.sentBytes).toBeLessThan(size / 2);
    // Sent bytes have not been received yet, so the store must not close before the last ones.
    await once(stream.resume(), 'end');
    expect(store.sentBytes).toBe(size);
  });

  it('closes when the reader leaves', async () => {
    const stream = await read();
    expect(await store.connections()).toBe(1);
    stream.destroy();
    await eventually(async () => expect([stream.closed, await store.connections()]).toEqual([true, 0]));
  });
});

it('a store without a region does not open', async () => {
  const files = parseConfig({ FILES_URL: 's3://bucket', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y' }).files;
  await expect(openStorage(files)).rejects.toThrow(/region/i);
});
