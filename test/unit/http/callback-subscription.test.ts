import { type Callback, Callbacks } from '../../../src/http/graphql-route/callback-subscription.js';
import { eventually } from '../../support/eventually.js';

/** Creates a router and a clock that the test controls. */
function createRouter() {
  const posts: { readonly url: string; readonly action: string; answer(status: number): void }[] = [];
  const ticks = new Set<() => void>();
  const callbacks = new Callbacks(['router'], {
    send: (url, init) =>
      new Promise((resolve) => {
        const { action } = JSON.parse(String(init!.body));
        const post = {
          url: String(url),
          action,
          answer(status: number) {
            posts.splice(posts.indexOf(post), 1);
            resolve(new Response(null, { status }));
          },
        };
        posts.push(post);
      }),
    every(_, action) {
      ticks.add(action);
      return () => ticks.delete(action);
    },
  });
  const tick = () => {
    for (const action of ticks) action();
  };
  return { callbacks, posts, ticks, tick };
}

const callbackAt = (url: string): Callback => ({ url, id: 'a', verifier: 'secret', heartbeatMs: 1000 });

/** Ends when `return` is called. */
async function* endless(): AsyncGenerator<string, undefined> {
  yield '1';
  await new Promise(() => {});
}

/** Resolves when everything has happened that does not depend on the router. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('subscriptions by callbacks', () => {
  it('send no check while the last one is pending', async () => {
    const { callbacks, posts, tick } = createRouter();
    const begun = callbacks.start(callbackAt('http://router/a'), endless());
    await eventually(async () => expect(posts).toHaveLength(1));
    posts[0]!.answer(204);
    await begun;
    await eventually(async () => expect(posts.map(({ action }) => action)).toEqual(['next']));
    posts[0]!.answer(204);
    for (let second = 0; second < 10; second += 1) {
      tick();
      await settled();
    }
    expect(posts.map(({ action }) => action)).toEqual(['check']);
    posts[0]!.answer(204);
    await settled();
    tick();
    await eventually(async () => expect(posts.map(({ action }) => action)).toEqual(['check']));
  });

  it('end when the response to a check is 404', async () => {
    const { callbacks, posts, ticks, tick } = createRouter();
    const events = endless();
    let isReturned = false;
    const begun = callbacks.start(callbackAt('http://router/a'), {
      next: () => events.next(),
      async return() {
        isReturned = true;
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    });
    await eventually(async () => expect(posts).toHaveLength(1));
    posts[0]!.answer(204);
    await begun;
    expect(ticks.size).toBe(1);
    tick();
    await eventually(async () => expect(posts.map(({ action }) => action)).toContain('check'));
    posts.find(({ action }) => action === 'check')!.answer(404);
    await eventually(async () => expect(isReturned).toBe(true));
  });

  it('post to one host no more than 100 messages at a time, in their order, without delaying another host', async () => {
    const { callbacks, posts } = createRouter();
    const begun = Array.from({ length: 250 }, (_, index) =>
      callbacks.start(
        callbackAt(`http://router/${index}`),
        (async function* (): AsyncGenerator<string, undefined> {})(),
      ),
    );
    await settled();
    expect(posts).toHaveLength(100);
    begun.push(
      callbacks.start(callbackAt('http://other/0'), (async function* (): AsyncGenerator<string, undefined> {})()),
    );
    await settled();
    expect(posts.at(-1)!.url).toBe('http://other/0');
    expect(posts).toHaveLength(101);
    posts[0]!.answer(404);
    await eventually(async () => expect(posts.at(-1)!.url).toBe('http://router/100'));
    expect(posts).toHaveLength(101);
    const answered = Promise.allSettled(begun);
    await eventually(async () => {
      for (const post of [...posts]) post.answer(404);
      expect(posts).toEqual([]);
      await settled();
      expect(posts).toEqual([]);
    });
    expect((await answered).map(({ status }) => status)).toEqual(begun.map(() => 'rejected'));
  });
});
