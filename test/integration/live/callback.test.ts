// The test runs a server that acts as the router.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { eventually } from '../../support/eventually.js';
import { arrangeLiveTask, insertRun, liveTask, subscription } from '../../support/live-world.js';
import type { CallbackMessage, GraphqlBody } from '../../support/responses.js';
import { type Gateway, startGateway } from '../../support/start-gateway.js';

const { viewer, ...variables } = liveTask;

describe('a subscription by callbacks', () => {
  let router: Server;
  let host: string;
  let gateway: Gateway;
  const messages: CallbackMessage[] = [];
  let statusOf = (_message: CallbackMessage) => 204;
  beforeAll(async () => {
    router = createServer(async (request, response) => {
      const message = (await json(request)) as CallbackMessage;
      messages.push(message);
      response.writeHead(statusOf(message), { 'subscription-protocol': 'callback/1.0' }).end();
    });
    await new Promise<void>((resolve) => router.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(router.address() as AddressInfo).port}`;
    gateway = await startGateway({
      environment: { SUBSCRIPTION_CALLBACK_HOSTS: `${host},127.0.0.9:443` },
      arrange: arrangeLiveTask,
    });
  });
  afterAll(async () => {
    await gateway.close();
    router.close();
  });
  beforeEach(() => {
    messages.splice(0);
    statusOf = () => 204;
  });

  const subscribe = async (change: object = {}, more: object = {}) => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json;callbackSpec=1.0, application/json',
        authorization: `Bearer ${await gateway.tokenFor(viewer)}`,
      },
      body: JSON.stringify({
        query: subscription,
        variables: { ...variables, ...more },
        extensions: {
          subscription: {
            callbackUrl: `http://${host}/callback/a`,
            subscriptionId: 'a',
            verifier: 'secret',
            heartbeatIntervalMs: 1000,
            ...change,
          },
        },
      }),
    });
    return { status: response.status, body: (await response.json()) as GraphqlBody };
  };
  const message = async (holds: (message: CallbackMessage) => boolean) => {
    await eventually(async () => expect(messages.some(holds)).toBe(true));
    return messages.find(holds)!;
  };
  const open = async () => {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    return Number(/^gateway_subscriptions\{transport="callback"\} (\d+)$/m.exec(text)?.[1] ?? 0);
  };
  const untilStreamsClosed = async () => {
    await eventually(async () => expect(await open()).toBe(0));
  };
  const about = { kind: 'subscription', id: 'a', verifier: 'secret' };

  it('posts each change, and checks whether the router still waits, until that declines', async () => {
    expect(await subscribe()).toEqual({ status: 200, body: { data: null } });
    expect(messages[0]).toEqual({ ...about, action: 'check' });
    await message(({ payload }) => payload?.data.taskRunChanged.run === null);
    const id = await insertRun(gateway);
    expect(await message(({ payload }) => payload?.data.taskRunChanged.run?.id === id)).toMatchObject({
      ...about,
      action: 'next',
    });
    expect(await open()).toBe(1);
    messages.splice(0);
    await message(({ action }) => action === 'check');
    statusOf = () => 404;
    await untilStreamsClosed();
  });

  it('retries what the router could not take', async () => {
    await subscribe();
    await message(({ action }) => action === 'next');
    let failures = 2;
    statusOf = ({ action }) => {
      if (action !== 'next' || failures === 0) return 204;
      failures -= 1;
      return 503;
    };
    const id = await insertRun(gateway);
    const isOf = ({ payload }: CallbackMessage) => payload?.data.taskRunChanged.run?.id === id;
    await eventually(async () => expect(messages.filter(isOf).length).toBeGreaterThan(2));
    statusOf = () => 404;
    await untilStreamsClosed();
  });

  it.each([
    ['another host', { callbackUrl: 'http://example.com/callback' }],
    ['another port', { callbackUrl: 'http://127.0.0.1:1/callback' }],
    ['another protocol', { callbackUrl: 'file:///etc/passwd' }],
    ['no verifier', { verifier: null }],
    ['a heartbeat every millisecond', { heartbeatIntervalMs: 1 }],
  ])('fails for %s, and nothing is posted', async (_what, change) => {
    const { status, body } = await subscribe(change);
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ extensions: { reason: 'VALIDATION_FAILED' } }]);
    expect(messages).toEqual([]);
  });

  it('fails like any other where the runs are not visible to the caller', async () => {
    const { status, body } = await subscribe({}, { orgId: liveTask.taskId });
    expect(status).toBe(200);
    expect(body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(messages).toEqual([]);
  });

  it('accepts https only for an allowed host on port 443', async () => {
    const expected = {
      'https://127.0.0.9/callback': 503,
      'https://127.0.0.9:443/callback': 503,
      'http://127.0.0.9/callback': 422,
      'https://127.0.0.9:444/callback': 422,
    };
    // If nothing listens, each callback is retried for two seconds.
    const statuses = Object.keys(expected).map(async (callbackUrl) => [
      callbackUrl,
      (await subscribe({ callbackUrl })).status,
    ]);
    expect(Object.fromEntries(await Promise.all(statuses))).toEqual(expected);
  });

  it('ends before it begins when the router does not wait', async () => {
    statusOf = () => 404;
    expect((await subscribe()).status).toBe(503);
    await untilStreamsClosed();
  });

  it('completes when the gateway shuts down', async () => {
    await subscribe();
    await gateway.close();
    expect(messages.at(-1)).toEqual({ ...about, action: 'complete' });
    gateway.close = async () => {};
  });
});

describe('a gateway without hosts for callbacks', () => {
  it('rejects subscriptions by callbacks', async () => {
    const gateway = await startGateway();
    const headers = { accept: 'application/json;callbackSpec=1.0' };
    const { errors } = await gateway.ask(subscription, { as: viewer, variables, headers });
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_ACCEPTABLE' } }]);
    await gateway.close();
  });
});
