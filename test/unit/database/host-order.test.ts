import { HostOrder } from '../../../src/database/hosts/host-order.js';

const hosts = ['first', 'second', 'third'].map((host) => ({ host, port: 5432 }));
const [first, second, third] = hosts as [(typeof hosts)[0], (typeof hosts)[0], (typeof hosts)[0]];

describe('The order of hosts', () => {
  let time: number;
  const orderOf = () => {
    time = 0;
    return new HostOrder(hosts, () => time);
  };

  it('begins with the first, and with the next one once that has failed', () => {
    const order = orderOf();
    expect(order.next()).toBe(first);
    order.markFailed(first);
    expect(order.next()).toBe(second);
    order.markUnsuitable(second);
    expect(order.next()).toBe(third);
  });

  it('begins with the host that took the last connection, until it fails', () => {
    const order = orderOf();
    order.markFailed(first);
    order.markConnected(second);
    time = 60_000;
    expect(order.next()).toBe(second);
    order.markFailed(second);
    expect(order.next()).toBe(first);
  });

  it('gives no host up: where all have failed, the one whose time is over first is tried again', () => {
    const order = orderOf();
    for (const host of [second, first, third]) {
      order.markFailed(host);
      time += 1;
    }
    expect(order.next()).toBe(second);
    order.markFailed(second);
    expect(order.next()).toBe(first);
    order.markUnsuitable(third);
    expect(order.next()).toBe(third);
  });

  it('forgets after ten seconds that a host failed, and after one that it did not suit', () => {
    const order = orderOf();
    order.markUnsuitable(first);
    order.markFailed(second);
    time = 999;
    expect(order.next()).toBe(third);
    time = 1000;
    expect(order.next()).toBe(first);
    order.markFailed(first);
    order.markFailed(third);
    time = 9999;
    expect(order.isLastUsable(third)).toBe(true);
    time = 10_000;
    expect(order.next()).toBe(second);
    expect(order.isLastUsable(third)).toBe(false);
  });
});
