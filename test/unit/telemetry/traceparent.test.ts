import { parseTraceparent } from '../../../src/telemetry/traceparent.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

describe('traceparent', () => {
  it.each([
    ['of version 00', `00-${traceId}-${spanId}-01`, true],
    ['that is not sampled', `00-${traceId}-${spanId}-02`, false],
    ['of a later version', `cc-${traceId}-${spanId}-03`, true],
    ['of a later version with more', `01-${traceId}-${spanId}-00-what-the-future-will-be-like`, false],
  ])('%s has the ids of trace and span, and the flag of sampling', (_case, text, isSampled) => {
    expect(parseTraceparent(text)).toEqual({ traceId, spanId, isSampled });
  });

  it.each<[string, unknown]>([
    ['that is missing', undefined],
    ['that is not a text', { traceId, spanId }],
    ['that is empty', ''],
    ['of version 00 with more', `00-${traceId}-${spanId}-01-more`],
    ['of the version ff', `ff-${traceId}-${spanId}-01`],
    ['of a later version with more flags', `01-${traceId}-${spanId}-012`],
    ['with a trace id of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
    ['with a span id of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['in capitals', `00-${traceId.toUpperCase()}-${spanId}-01`],
    ['with a short trace id', `00-${traceId.slice(1)}-${spanId}-01`],
    ['without flags', `00-${traceId}-${spanId}`],
    ['given twice', `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`],
  ])('%s is ignored', (_case, text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });
});
