import { exactSeconds, formatDuration, roundCredits } from '../../../src/pages/shared/format/format-quantity.js';

describe('durations on pages', () => {
  it.each([
    [0, '0 s'],
    [0.0000152, '15 µs'],
    [0.00015282, '0.2 ms'],
    [0.00064693, '0.6 ms'],
    [0.00996, '10 ms'],
    [0.1504, '150 ms'],
    [0.9996, '1.0 s'],
    [6.788, '6.8 s'],
    [59.96, '1 min'],
    [60.002, '1 min'],
    [125.4, '2:05 min'],
    [3599.7, '1 h'],
    [90, '1:30 min'],
    [3780, '1:03 h'],
    [-1.25, '−1.3 s'],
  ])('round %d seconds to %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it('show every digit in their title, without the noise of binary fractions', () => {
    expect(exactSeconds(14.953600000000002)).toBe('14.9536 s');
    expect(exactSeconds(0.00015282)).toBe('0.00015282 s');
  });
});

describe('credits in summaries', () => {
  it.each([
    ['14306.460500', '14,306.46'],
    ['12', '12.00'],
    ['0.5', '0.50'],
    ['0', '0.00'],
    ['0.000125', '0.00013'],
    ['12345678901234567890.00', '12,345,678,901,234,567,890.00'],
  ])('show %s as %s', (credits, text) => {
    expect(roundCredits(credits)).toBe(text);
  });
});
