import { parseDecimal } from '../../../src/task-runs/record/decimal.js';

describe('a decimal as a client writes it', () => {
  it.each([
    ...['0', '7', '00', '007', '1.00', '0.5', '12.50', '.5', '.50', '1.', '0.', '00.100', '+1', '+1.5', '+.5', '+1.'],
    ...[
      '-1',
      '-1.5',
      '-.5',
      '-1.',
      '-0',
      '-0.00',
      '+0',
      '1234567890',
      '9007199254740993',
      '0.1',
      '0.123456789012345678',
    ],
    ...['99999999999999999999.99', '000000.000000', '1000000000000000000000000000000'],
  ])('is accepted as it is: %s', (text) => {
    expect(parseDecimal(text)).toBe(text);
  });

  it.each([
    ...['', '.', '+', '-', '+.', '-.', '..', '1.2.3', '1..2', '--1', '++1', '+-1', '1-', '1+', 'NaN', 'Infinity'],
    ...[
      '-Infinity',
      '1e5',
      '1E5',
      '1,5',
      '1_000',
      '1 000',
      ' 1',
      '1 ',
      '1\n',
      '0x10',
      '१',
      '½',
      '$1',
      '1%',
      'null',
      'true',
    ],
  ])('is rejected: %j', (text) => {
    expect(() => parseDecimal(text)).toThrow('it must be a decimal number, as in `"12.50"`');
  });
});
