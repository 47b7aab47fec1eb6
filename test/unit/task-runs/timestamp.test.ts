import {
  isDateTime,
  isStoredTimestamp,
  parseTimestamp,
  timestampOfJson,
} from '../../../src/task-runs/columns/timestamp.js';

describe('a moment in the JSON of PostgreSQL', () => {
  it.each([
    ['2024-01-16T13:33:25.247662', '2024-01-16T13:33:25.247662Z'],
    ['2024-01-16T13:33:25.2476', '2024-01-16T13:33:25.247600Z'],
    ['2024-01-16T13:33:25.1', '2024-01-16T13:33:25.100000Z'],
    ['2024-01-16T13:33:25', '2024-01-16T13:33:25.000000Z'],
    ['0001-01-01T00:00:00', '0001-01-01T00:00:00.000000Z'],
  ])('%s gets the form of all moments', (timestamp, moment) => {
    expect(timestampOfJson(timestamp)).toBe(moment);
    expect(parseTimestamp(moment)).toBe(moment);
    expect([isDateTime(moment), isStoredTimestamp(moment)]).toEqual([true, true]);
  });

  it.each([
    ['10000-01-16T13:33:25.24766', '10000-01-16T13:33:25.247660Z'],
    ['10000-01-16T13:33:25', '10000-01-16T13:33:25.000000Z'],
    ['294276-12-31T23:59:59.999999', '294276-12-31T23:59:59.999999Z'],
    ['0001-12-31T00:00:00 BC', '0001-12-31T00:00:00.000000Z BC'],
    ['0005-02-29T00:00:00.123 BC', '0005-02-29T00:00:00.123000Z BC'],
    ['4714-11-24T00:00:00.1234 BC', '4714-11-24T00:00:00.123400Z BC'],
    ['infinity', 'infinity'],
    ['-infinity', '-infinity'],
  ])('%s has no such form, and gets one that PostgreSQL takes back', (timestamp, stored) => {
    expect(timestampOfJson(timestamp)).toBe(stored);
    expect([isDateTime(stored), isStoredTimestamp(stored)]).toEqual([false, true]);
  });

  it.each([
    '',
    'Infinity',
    '294277-01-01T00:00:00.000000Z',
    '10001-02-29T00:00:00.000000Z',
    '0000-01-01T00:00:00.000000Z',
    '0004-02-29T00:00:00.000000Z BC',
    '4714-11-23T00:00:00.000000Z BC',
    "10000-01-01T00:00:00.000000Z' BC",
  ])('rejects %s', (text) => {
    expect(isStoredTimestamp(text)).toBe(false);
  });
});
