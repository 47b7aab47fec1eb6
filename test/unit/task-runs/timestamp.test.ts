import { DateTimeScalar } from '../../../src/graphql/scalars/index.js';
import { parseTimestamp, timestampOfJson } from '../../../src/task-runs/record/timestamp.js';

describe('a moment as JSON of PostgreSQL has it', () => {
  it.each([
    ['2024-01-16T13:33:25.247662', '2024-01-16T13:33:25.247662Z'],
    ['2024-01-16T13:33:25.2476', '2024-01-16T13:33:25.247600Z'],
    ['2024-01-16T13:33:25.1', '2024-01-16T13:33:25.100000Z'],
    ['2024-01-16T13:33:25', '2024-01-16T13:33:25.000000Z'],
    ['0001-01-01T00:00:00', '0001-01-01T00:00:00.000000Z'],
  ])('%s gets the form of all moments', (timestamp, moment) => {
    expect(timestampOfJson(timestamp)).toBe(moment);
    expect(parseTimestamp(moment)).toBe(moment);
  });

  it.each([
    '10000-01-16T13:33:25.24766',
    '10000-01-16T13:33:25',
    '0044-03-15T00:00:00 BC',
    '0044-03-15T00:00:00.1 BC',
    '0044-03-15T00:00:00.123 BC',
    '0044-03-15T00:00:00.1234 BC',
    'infinity',
    '-infinity',
  ])('%s has no such form, and is not answered', (timestamp) => {
    expect(timestampOfJson(timestamp)).toBe(timestamp);
    expect(() => DateTimeScalar.serialize(timestampOfJson(timestamp))).toThrow('DateTime cannot represent the value');
  });
});
