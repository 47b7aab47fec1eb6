import { parseByteRange } from '../../../src/rest/send-object.js';

describe('a Range header', () => {
  it.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=0-9', { start: 0, end: 9 }],
    ['bytes=5-', { start: 5, end: 9 }],
    ['bytes=9-', { start: 9, end: 9 }],
    ['bytes=-5', { start: 5, end: 9 }],
    ['bytes=-10', { start: 0, end: 9 }],
    ['bytes=-99', { start: 0, end: 9 }],
    ['bytes=3-99', { start: 3, end: 9 }],
    [`bytes=0-${'9'.repeat(400)}`, { start: 0, end: 9 }],
    ['Bytes= 2-3 ', { start: 2, end: 3 }],
  ])('%s names a part of ten bytes', (header, range) => {
    expect(parseByteRange(header, 10)).toEqual(range);
  });

  it.each(['bytes=10-', 'bytes=10-20', 'bytes=-0', `bytes=${'9'.repeat(400)}-`])('%s has nothing in ten', (header) => {
    expect(parseByteRange(header, 10)).toBe('unsatisfiable');
  });

  it.each([
    undefined,
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=5-2',
    'bytes=0-1,3-4',
    'bytes=a-b',
    'bytes=0x0-5',
    'bytes=1.5-2',
    'bytes=+1-2',
    'bytes=--5',
    'bytes=1-2-3',
    'bytes 0-5',
    'items=0-5',
    'bytes=٣-٤',
  ])('%s is ignored', (header) => {
    expect(parseByteRange(header, 10)).toBe('whole');
  });

  it.each(['bytes=0-', 'bytes=-5', 'bytes=0-0'])('%s is ignored without bytes', (header) => {
    expect(parseByteRange(header, 0)).toBe('whole');
  });
});
