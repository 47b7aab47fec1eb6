import { momentOfJson, parseMoment } from '../../../src/task-runs/moment.js';

describe('a moment as JSON of PostgreSQL has it', () => {
  it.each([
    ['2024-01-16T13:33:25.247662', '2024-01-16T13:33:25.247662Z'],
    ['2024-01-16T13:33:25.2476', '2024-01-16T13:33:25.247600Z'],
    ['2024-01-16T13:33:25.1', '2024-01-16T13:33:25.100000Z'],
    ['2024-01-16T13:33:25', '2024-01-16T13:33:25.000000Z'],
    ['0001-01-01T00:00:00', '0001-01-01T00:00:00.000000Z'],
  ])('%s gets the form of all moments', (timestamp, moment) => {
    expect(momentOfJson(timestamp)).toBe(moment);
    expect(parseMoment(moment)).toBe(moment);
  });
});
