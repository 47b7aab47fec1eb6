import { createOpenExports } from '../../../src/streams/open-exports.js';

describe('open exports', () => {
  it('count by caller up to a limit, and no longer once they end', () => {
    const exports = createOpenExports({ exportsPerCaller: 2 });
    const end = exports.open('ada');
    exports.open('ada');
    exports.open('ben');
    const rejected = expect.objectContaining({
      reason: 'RATE_LIMITED',
      extensions: expect.objectContaining({ retryAfter: 10 }),
    });
    expect(() => exports.open('ada')).toThrow(rejected);
    end();
    exports.open('ada');
    expect(() => exports.open('ada')).toThrow(rejected);
  });
});
