import { createOpenStreams } from '../../../src/streams/open-streams.js';

const counted = () => {
  const counts: Record<string, number> = {};
  const streams = createOpenStreams({ subscriptions: 3, subscriptionsPerCaller: 2 }, (transport, change) => {
    counts[transport] = (counts[transport] ?? 0) + change;
  });
  return { counts, streams };
};

const reasonOf = (open: () => unknown) => {
  try {
    open();
  } catch (error) {
    return (error as { reason: string }).reason;
  }
  return 'opened';
};

describe('open streams', () => {
  it('count by caller, and in all, up to limits', () => {
    const { streams } = counted();
    streams.open('ada', 'sse');
    const second = streams.open('ada', 'websocket');
    expect(reasonOf(() => streams.open('ada', 'rest'))).toBe('RATE_LIMITED');
    streams.open('ben', 'sse');
    expect(reasonOf(() => streams.open('cy', 'sse'))).toBe('RATE_LIMITED');
    second.end();
    expect(reasonOf(() => streams.open('ada', 'rest'))).toBe('opened');
  });

  it('count by transport until they end, once', () => {
    const { counts, streams } = counted();
    const stream = streams.open('ada', 'sse');
    expect(counts).toEqual({ sse: 1 });
    stream.end();
    stream.end();
    expect(counts).toEqual({ sse: 0 });
    expect(stream.signal.aborted).toBe(true);
  });

  it('end together, and none begins afterwards', () => {
    const { counts, streams } = counted();
    const open = [streams.open('ada', 'sse'), streams.open('ben', 'rest')];
    streams.endAll();
    expect(open.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    expect(counts).toEqual({ sse: 0, rest: 0 });
    expect(reasonOf(() => streams.open('ada', 'sse'))).toBe('SERVICE_UNAVAILABLE');
  });
});
