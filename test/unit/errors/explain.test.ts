import { explainEnd } from '../../../src/errors/explain.js';

const failing = (message: string, properties: object = {}) => Object.assign(new Error(message), properties);

describe('A command that ends early', () => {
  it.each([
    [
      'a full disk of the server',
      failing('could not extend file "base/5/16522": No space left on device', { code: '53100' }),
      'could not extend file "base/5/16522": No space left on device. Make room on the database server\'s disk, then run it again.',
    ],
    [
      'a full disk here',
      failing('ENOSPC: no space left on device, write', { code: 'ENOSPC' }),
      'ENOSPC: no space left on device, write. Make room on the disk that it writes to, then run it again.',
    ],
    [
      'a server that crashed',
      failing('Connection terminated unexpectedly'),
      'Connection terminated unexpectedly. The database has ended the connection: see its log, then run it again.',
    ],
    ['any other', failing('No organization has this id.'), 'No organization has this id.'],
    ['one without a message', { code: 'ECONNREFUSED' }, 'ECONNREFUSED'],
  ])('names the cause, and the remedy if that is known, with %s', (_what, error, text) => {
    expect(explainEnd(error)).toBe(text);
  });
});
