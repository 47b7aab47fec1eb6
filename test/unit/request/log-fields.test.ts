import { CollectedLogFields } from '../../../src/request/log-fields.js';
import type { Log } from '../../../src/telemetry/logger.js';
import { createMetrics } from '../../../src/telemetry/metrics.js';
import { useFakeTime } from '../../support/fake-time.js';

const { jest } = import.meta;
const pass = useFakeTime();

function collectFields() {
  const request = { id: 'one', ip: '127.0.0.1', headers: {}, log: { child: () => ({}) as Log } };
  return new CollectedLogFields(request, createMetrics());
}

describe('the log line of a request', () => {
  it('waits for the last statement', () => {
    const fields = collectFields();
    const write = jest.fn();
    fields.statements = 2;
    fields.endStatement();
    fields.whenCharged(write);
    expect(write).not.toHaveBeenCalled();
    fields.endStatement();
    expect(write).toHaveBeenCalledTimes(1);
  });

  it('waits at most five seconds, and is written once', async () => {
    const fields = collectFields();
    const write = jest.fn();
    fields.statements = 1;
    fields.whenCharged(write);
    await pass(4999);
    expect(write).not.toHaveBeenCalled();
    await pass(1);
    expect(write).toHaveBeenCalledTimes(1);
    fields.endStatement();
    expect(write).toHaveBeenCalledTimes(1);
  });
});
