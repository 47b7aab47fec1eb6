import { parseDateTime } from '../../../src/dates/parse-date-time.js';

/** A Friday. The previous month has no 31st. */
const now = Date.parse('2023-03-31T13:33:25.247Z');

describe('parseDateTime accepts', () => {
  it.each([
    // RFC 3339
    ['2024-01-16T13:33:25Z', '2024-01-16T13:33:25.000000Z'],
    ['2024-01-16T13:33:25.247662Z', '2024-01-16T13:33:25.247662Z'],
    ['2024-01-16t13:33:25z', '2024-01-16T13:33:25.000000Z'],
    ['2024-01-16 13:33:25Z', '2024-01-16T13:33:25.000000Z'],
    ['2024-01-16T15:33:25+02:00', '2024-01-16T13:33:25.000000Z'],
    ['2024-01-15T20:03:25.5-17:30', '2024-01-16T13:33:25.500000Z'],
    ['2024-01-16T13:33:25-00:00', '2024-01-16T13:33:25.000000Z'],
    ['1990-12-31T23:59:60Z', '1991-01-01T00:00:00.000000Z'],
    ['1990-12-31T15:59:60.5-08:00', '1991-01-01T00:00:00.500000Z'],
    // ISO 8601
    ['2024-01-16T15:33:25+0200', '2024-01-16T13:33:25.000000Z'],
    ['2024-01-16T15:33:25+02', '2024-01-16T13:33:25.000000Z'],
    ['2024-01-16T11:33:25−02:00', '2024-01-16T13:33:25.000000Z'],
    ['2024-01-16T13:33:25,247662999', '2024-01-16T13:33:25.247662Z'],
    ['2024-01-16T13:33:25.999999999Z', '2024-01-16T13:33:25.999999Z'],
    ['2024-01-16T13:33:25', '2024-01-16T13:33:25.000000Z'],
    ['2024-01-16T13:33Z', '2024-01-16T13:33:00.000000Z'],
    ['2024-01-16T13:33.25Z', '2024-01-16T13:33:15.000000Z'],
    ['2024-01-16T13+01', '2024-01-16T12:00:00.000000Z'],
    ['2024-01-16T13,000000001', '2024-01-16T13:00:00.000003Z'],
    ['20240116T133325Z', '2024-01-16T13:33:25.000000Z'],
    ['20240116T133325.247662+0100', '2024-01-16T12:33:25.247662Z'],
    ['20240116T1333', '2024-01-16T13:33:00.000000Z'],
    ['2024-01-16T24:00:00Z', '2024-01-17T00:00:00.000000Z'],
    ['2024-12-31T24:00', '2025-01-01T00:00:00.000000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000000Z'],
    ['20240116', '2024-01-16T00:00:00.000000Z'],
    ['0001-01-01', '0001-01-01T00:00:00.000000Z'],
    ['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z'],
    // The output of Python's isoformat(), JavaScript's toISOString() and PostgreSQL
    ['2024-01-16T13:33:25.247662+00:00', '2024-01-16T13:33:25.247662Z'],
    ['2024-01-16T13:33:25.247Z', '2024-01-16T13:33:25.247000Z'],
    ['2024-01-16 13:33:25.247662+00', '2024-01-16T13:33:25.247662Z'],
  ])('%s', (text, moment) => {
    const parsed = parseDateTime(text);
    expect([parsed.isRelative, parsed.at(now)]).toEqual([false, moment]);
  });

  it.each([
    ['now', '2023-03-31T13:33:25.247000Z'],
    ['NOW', '2023-03-31T13:33:25.247000Z'],
    ['today', '2023-03-31T00:00:00.000000Z'],
    ['Yesterday', '2023-03-30T00:00:00.000000Z'],
    ['1 hour ago', '2023-03-31T12:33:25.247000Z'],
    ['0 hours ago', '2023-03-31T13:33:25.247000Z'],
    ['24 hours ago', '2023-03-30T13:33:25.247000Z'],
    ['2 days ago', '2023-03-29T13:33:25.247000Z'],
    ['1 week ago', '2023-03-24T13:33:25.247000Z'],
    ['last week', '2023-03-24T13:33:25.247000Z'],
    ['last month', '2023-02-28T13:33:25.247000Z'],
    ['-24h', '2023-03-30T13:33:25.247000Z'],
    ['-7d', '2023-03-24T13:33:25.247000Z'],
    ['-2W', '2023-03-17T13:33:25.247000Z'],
  ])('%s, relative to now', (text, moment) => {
    const parsed = parseDateTime(text);
    expect([parsed.isRelative, parsed.at(now)]).toEqual([true, moment]);
  });

  it.each([
    ['2024-03-31T00:00:00Z', '2024-02-29T00:00:00.000000Z'],
    ['2024-01-31T23:59:59Z', '2023-12-31T23:59:59.000000Z'],
    ['2024-03-15T12:00:00Z', '2024-02-15T12:00:00.000000Z'],
  ])('last month, at %s', (at, moment) => {
    expect(parseDateTime('last month').at(Date.parse(at))).toBe(moment);
  });
});

const form =
  'it must be an RFC 3339 or ISO 8601 date-time, as in `2024-01-16T13:33:25Z`, a date, or relative, as in `-24h`, `2 days ago` or `yesterday`';
const day = 'it must name a day, as in `2024-01-16`';
const offset = 'its offset must be `Z`, or of hours and minutes as in `+05:30`';

describe('parseDateTime rejects', () => {
  it.each([
    ['', form],
    ['tomorrow', form],
    ['24h', form],
    ['+24h', form],
    ['-1m', form],
    ['-1.5h', form],
    ['2 months ago', form],
    ['2 days', form],
    ['two days ago', form],
    ['last year', form],
    [' 2024-01-16', form],
    ['1705411985', form],
    ['16.01.2024', form],
    ['2024-1-16', form],
    ['Tue, 16 Jan 2024 13:33:25 GMT', form],
    ['+002024-01-16T13:33:25Z', form],
    ['2024-01-16T', form],
    ['2024-01-16Z', form],
    ['2024-01-16T13:3325Z', form],
    ['2024-01-16T13:33:25.Z', form],
    ['2024-01-16T13:33:25/2024-01-17', form],
    ['2024-01-16T13:33:25Z\n', form],
    ['2024', day],
    ['2024-01', day],
    ['2024-W03', form],
    ['2024-W03-2', form],
    ['2024w032t133325', form],
    ['2024-016', form],
    ['2024016T133325', form],
    ['2024-01-16T13:33:25+5', offset],
    ['2024-01-16T13:33:25+05:30:00', offset],
    ['2024-01-16T13:33:25+01:00[Europe/Berlin]', offset],
    ['2024-01-16T13:33:25 01:00', 'its offset must begin with a sign: in a URL, `+` must be written as `%2B`'],
    ['2024-01-16T13:33:25.0123456789Z', 'its fraction must have at most 9 digits'],
    [`2024-01-16T13:33:25.${'0'.repeat(50)}Z`, 'it must have at most 64 characters'],
  ])('another form: %j', (text, message) => {
    expect(() => parseDateTime(text)).toThrow(expect.objectContaining({ message, isWellFormed: false }));
  });

  it.each([
    ['0000-01-01', 'its year must be from 0001 to 9999'],
    ['2024-13-01', 'its month must be from 01 to 12'],
    ['2024-00-01', 'its month must be from 01 to 12'],
    ['2023-02-29', '2023-02 has the days 01 to 28'],
    ['2024-04-00', '2024-04 has the days 01 to 30'],
    ['2024-01-16T25:00Z', 'its hour must be from 00 to 24'],
    ['2024-01-16T13:60Z', 'its minute must be from 00 to 59'],
    ['2024-01-16T13:33:61Z', 'its second must be from 00 to 59'],
    ['2024-01-16T23:59:60Z', 'its second may be 60 only in the last minute of a month in UTC'],
    ['1990-12-31T23:59:60+01:00', 'its second may be 60 only in the last minute of a month in UTC'],
    ['2024-01-16T24:00:01Z', 'its hour may be 24 only in 24:00:00, the end of the day'],
    ['2024-01-16T24.5Z', 'its hour may be 24 only in 24:00:00, the end of the day'],
    ['2024-01-16T13:33:25+24:00', "its offset's hour must be from 00 to 23"],
    ['2024-01-16T13:33:25+05:60', "its offset's minute must be from 00 to 59"],
    ['0001-01-01T00:00:00+00:01', 'its year must be from 0001 to 9999 in UTC'],
    ['9999-12-31T24:00:00Z', 'its year must be from 0001 to 9999 in UTC'],
  ])('a date that does not exist: %s', (text, message) => {
    expect(() => parseDateTime(text)).toThrow(expect.objectContaining({ message, isWellFormed: true }));
  });

  it.each(['800000 days ago', '-99999999999999999999w', '9999999 weeks ago'])(
    'out of range at any time: %s',
    (text) => {
      expect(() => parseDateTime(text).at(now)).toThrow(
        expect.objectContaining({ message: 'its year must be from 0001 to 9999 in UTC', isWellFormed: true }),
      );
    },
  );
});

it('texts of moments compare as the moments do, whatever their offsets', () => {
  const ascending = ['2024-01-16T13:00:00+02:00', '2024-01-16T11:00:00.000001Z', '2024-01-16T10:00:01-01:00'];
  const moments = ascending.map((text) => parseDateTime(text).at(now));
  expect(moments.toSorted()).toEqual(moments);
  expect(new Set(moments).size).toBe(3);
});
