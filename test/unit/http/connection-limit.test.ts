import { ConnectionLimit, type CountedConnection } from '../../../src/http/connection-limit.js';

/** A holder with two of them has its fair share. */
const max = 20;

describe('a limit on connections that is reached', () => {
  let now: number;
  let ended: string[];
  let limit: ConnectionLimit;
  beforeEach(() => {
    now = 0;
    ended = [];
    limit = new ConnectionLimit({ max, maxOpen: max + 5, now: () => now });
  });

  interface Settings {
    readonly caller?: string;
    readonly address?: string;
    readonly isIdle?: boolean;
    readonly isWaiting?: boolean;
  }
  /** Opens a connection one millisecond after the previous one. */
  function open(name: string, { caller, address = 'a', isIdle = true, isWaiting = false }: Settings = {}) {
    const connection: CountedConnection = {
      address: `address ${address}`,
      isWaiting,
      place: null,
      giveWay: () => void ended.push(name),
    };
    now += 1;
    const put = (settings: { readonly isIdle: boolean }) =>
      limit.put(connection, caller ?? connection.address, settings.isIdle);
    put({ isIdle });
    return { put, remove: () => limit.remove(connection) };
  }
  /** Fills the limit with other connections, each from a separate address. */
  function fill(settings: Settings = {}) {
    for (let count = limit.size; count < max; count += 1) open(`other ${count}`, { address: `${count}`, ...settings });
  }

  it('is lower where connections with a stream leave fewer open files', () => {
    fill();
    limit.streaming = 5;
    open('with all files');
    expect(ended).toEqual(['other 0']);
    limit.streaming = 25;
    open('without any');
    expect(ended).toHaveLength(2);
  });

  it('compares the share of a caller with what open files leave', () => {
    // Ten connections are left, and a tenth of that is one.
    limit.streaming = 15;
    for (let count = 0; count < 10; count += 1) open(`${count} of ada`, { caller: 'ada', address: '1', isIdle: false });
    now += 10_000;
    open('of bob', { caller: 'bob', address: '2' });
    expect(ended).toEqual(['0 of ada']);
  });

  it('ends a connection that waits for its client, although a caller with its fair share has more', () => {
    for (const name of ['first', 'second']) open(`${name} of ada`, { caller: 'ada', isIdle: false });
    for (let count = limit.size; count < max; count += 1)
      open(`waiting ${count}`, { address: `${count}`, isIdle: false, isWaiting: true });
    now += 10_000;
    open('of bob', { caller: 'bob', address: 'new' });
    expect(ended).toEqual(['waiting 2']);
  });

  it('ends the longest idle connection of the caller that has most', () => {
    open('first of ada', { caller: 'ada', address: '1' });
    open('second of ada', { caller: 'ada', address: '2' });
    open('third of ada', { caller: 'ada', address: '3' });
    fill();
    open('new', { address: 'new' });
    expect(ended).toEqual(['first of ada']);
    open('newer', { address: 'new' });
    expect(ended).toEqual(['first of ada', 'second of ada']);
    expect(limit.size).toBe(max);
  });

  it('counts a connection as idle from the end of its last request', () => {
    const first = open('first', { caller: 'ada' });
    open('second', { caller: 'ada' });
    open('third', { caller: 'ada' });
    first.put({ isIdle: false });
    now += 1;
    first.put({ isIdle: true });
    fill();
    open('new');
    expect(ended).toEqual(['second']);
  });

  it.each([
    ['none is idle', { isIdle: false }],
    ['others are idle', { isIdle: true }],
  ])(
    'ends the oldest busy connection of a caller with more than a tenth, for another address, where %s',
    (_what, settings) => {
      for (const name of ['one', 'two', 'three']) open(name, { caller: 'ada', isIdle: false });
      fill(settings);
      open('new', { address: 'new' });
      expect(ended).toEqual(['one']);
    },
  );

  it('ends a busy connection for the same address when it is two seconds old', () => {
    for (const name of ['one', 'two', 'three']) open(name, { caller: 'ada', isIdle: false });
    fill();
    open('too soon');
    expect(ended).toEqual(['too soon']);
    now += 2000;
    open('new');
    expect(ended).toEqual(['too soon', 'one']);
  });

  it('ends idle connections of others where nobody has more than a tenth', () => {
    for (const name of ['one', 'two']) open(name, { caller: 'ada', isIdle: false });
    fill();
    open('new', { address: 'new' });
    expect(ended).toEqual(['other 2']);
  });

  it('ends only busy connections that wait for their clients, after two seconds, where nobody has more than a tenth', () => {
    open('one', { caller: 'ada', isIdle: false });
    open('two', { caller: 'ada', isIdle: false, isWaiting: true });
    fill({ isIdle: false });
    open('too soon', { address: 'new' });
    now += 2000;
    open('new', { address: 'new', isIdle: false });
    open('newer', { address: 'newer' });
    expect(ended).toEqual(['too soon', 'two', 'newer']);
  });

  it('ends no request of an address without a token, unless it waits for its client', () => {
    for (const name of ['one', 'two', 'three']) open(name, { isIdle: false });
    fill({ isIdle: false });
    now += 2000;
    open('new', { address: 'new' });
    expect(ended).toEqual(['new']);
    open('waiting', { isIdle: false, isWaiting: true }).remove();
  });

  it('ends one for a connection that counts again', () => {
    const stream = open('stream', { caller: 'ada' });
    stream.remove();
    fill();
    expect(ended).toEqual([]);
    stream.put({ isIdle: true });
    expect(ended).toEqual(['other 0']);
    expect(limit.size).toBe(max);
  });

  it('has room again for each connection that ends', () => {
    fill();
    const last = open('last');
    last.remove();
    last.remove();
    open('new');
    expect(ended).toEqual(['other 0']);
    expect(limit.size).toBe(max);
  });
});
