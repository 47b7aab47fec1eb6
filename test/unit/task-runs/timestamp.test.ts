import { parseTimestamp, timestampOfJson } from '../../../src/task-runs/columns/timestamp.js';

describe('a moment in the JSON of PostgreSQL', () => {
  it.each([
    ['2024-01-16T13:33:25.247662', '2024-01-16T13:33:25.247662Z'],
    ['2024-01-16T13:33:25.2476', '2024-01-16T13:33:25.247600Z'],
    ['2024-01-16T13:33:25.1', '2024-01-16T13:33:25.100000Z'],
    ['2024-01-16T13:33:25', '2024-01-16T13:33:25.000000Z'],
    ['0001-01-01T00:00:00', '0001-01-01T00:00:00.000000Z'],
    ['9999-12-31T23:59:59.999999', '9999-12-31T23:59:59.999999Z'],
  ])('%s gets the form of all moments', (timestamp, moment) => {
    expect(timestampOfJson(timestamp)).toBe(moment);
    expect(parseTimestamp(moment)).toBe(moment);
  });

  it.each([
    '',
    'infinity',
    '10000-01-01T00:00:00.000000Z',
    '2025-02-29T00:00:00.000000Z',
    '0000-01-01T00:00:00.000000Z',
    '0005-02-28T00:00:00.000000Z BC',
  ])('is not %s', (text) => {
    expect(parseTimestamp(text)).toBeNull();
  });
});
