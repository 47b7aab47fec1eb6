import { RequestUsage } from '../../../src/admission/request-usage.js';
import { useFakeTime } from '../../support/fake-time.js';

const { jest } = import.meta;
const pass = useFakeTime();

describe('the log line of a request', () => {
  it('waits for the last statement', () => {
    const usage = new RequestUsage();
    const write = jest.fn();
    usage.statements = 2;
    usage.endStatement();
    usage.whenCharged(write);
    expect(write).not.toHaveBeenCalled();
    usage.endStatement();
    expect(write).toHaveBeenCalledTimes(1);
  });

  it('waits at most five seconds, and is written once', async () => {
    const usage = new RequestUsage();
    const write = jest.fn();
    usage.statements = 1;
    usage.whenCharged(write);
    await pass(4999);
    expect(write).not.toHaveBeenCalled();
    await pass(1);
    expect(write).toHaveBeenCalledTimes(1);
    usage.endStatement();
    expect(write).toHaveBeenCalledTimes(1);
  });
});
