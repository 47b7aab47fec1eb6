// Log messages about an unreachable Redis.

import { openRedisPoints, type RedisPoints } from '../../../src/admission/redis-points.js';
import { createLogger } from '../../../src/telemetry/logger.js';
import { eventually } from '../../support/eventually.js';
import { describeWithRedis, type RedisServer, startRedis } from '../../support/redis-server.js';

describeWithRedis('the log line about an unavailable Redis', () => {
  let redis: RedisServer;
  let points: RedisPoints;
  let lines: { msg: string; redis: string }[];
  beforeEach(async () => {
    lines = [];
    redis = await startRedis();
  });
  afterEach(async () => {
    await points.close();
    await redis.kill();
  });

  const outages = () => lines.filter(({ msg }) => /^Redis unavailable/.test(msg));
  const open = async () => {
    const log = createLogger('info', { write: (line) => void lines.push(JSON.parse(line)) });
    const url = redis.url.replace('//', '//default:hunter2@');
    points = await openRedisPoints({ url, rate: 10, burst: 10, log, onChange: () => {} });
  };
  const expectOutage = (reason: RegExp) => {
    expect(outages()).toEqual([
      expect.objectContaining({
        redis: redis.url,
        err: expect.objectContaining({ message: expect.stringMatching(reason) }),
      }),
    ]);
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  };

  it('names its address and the reason at the start', async () => {
    await redis.kill();
    await open();
    expectOutage(/ECONNREFUSED/);
  });

  it('names them when it ends later, too, once for each outage', async () => {
    await open();
    for (const times of [1, 2]) {
      await redis.kill();
      await eventually(async () => expect(outages()).toHaveLength(1));
      expectOutage(/ECONNREFUSED/);
      await redis.start();
      await eventually(async () => expect(points.isUnavailable).toBe(false));
      expect(lines.filter(({ msg, redis: at }) => /^Redis available/.test(msg) && at === redis.url)).toHaveLength(
        times + 1,
      );
      lines = lines.filter(({ msg }) => !/^Redis unavailable/.test(msg));
    }
  });

  it('names them when it is silent', async () => {
    await open();
    redis.pause();
    await eventually(async () => expect(outages()).toHaveLength(1));
    expectOutage(/timed out|ETIMEDOUT/);
    redis.resume();
  });
});
