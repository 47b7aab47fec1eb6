// Three limiters share a caller's points while Redis is killed and restarted, and the caller requests far more points
// than it gets.

import { setTimeout as sleep } from 'node:timers/promises';
import { createRateLimiter } from '../../src/admission/rate-limiter.js';
import { openRedisPoints } from '../../src/admission/redis-points.js';
import type { Logger } from '../../src/telemetry/logger.js';
import { eventually } from '../support/eventually.js';
import { describeWithRedis, startRedis } from '../support/redis-server.js';

const rate = 1000;
const burst = 2000;
const processes = 3;

describeWithRedis('a fleet that shares points', () => {
  it('keeps to the rate within a lease each while Redis is killed and comes back, without delays', async () => {
    const redis = await startRedis();
    const warnings: string[] = [];
    const log = { warn: (_about: object, text: string) => warnings.push(text), info() {} } as unknown as Logger;
    const options = { url: redis.url, rate, burst, log, onChange() {} };
    const fleet = await Promise.all(Array.from({ length: processes }, () => openRedisPoints(options)));
    const areAll = (isAway: boolean) =>
      eventually(async () => expect(fleet.map((item) => item.isUnavailable)).toEqual(fleet.map(() => isAway)));
    try {
      await eventually(async () => expect(fleet.map(({ members }) => members)).toEqual(fleet.map(() => processes)));
      await areAll(false);
      warnings.length = 0;
      const rateLimit = { points: rate, burst, exempt: [], redisUrl: options.url };
      const limiters = fleet.map((shared) =>
        createRateLimiter({ costMode: 'enforce', rateLimit, processes: 1, shared, onRejection() {} }),
      );
      let granted = 0;
      let isOver = false;
      const startedAt = performance.now();
      const spend = async ({ accountOf }: (typeof limiters)[number]) => {
        while (!isOver) {
          if ((await accountOf({ id: 'somebody', qualifiedClientId: undefined })!.admit(5)) === null) granted += 5;
          await sleep(1);
        }
      };
      const spending = Promise.all([...limiters, ...limiters].map(spend));
      await sleep(3000);
      await redis.kill();
      await areAll(true);
      const grantedUntilThen = granted;
      await sleep(4000);
      expect(granted - grantedUntilThen).toBeGreaterThan(rate);
      await redis.start();
      await areAll(false);
      await sleep(4000);
      isOver = true;
      await spending;
      const due = burst + (rate * (performance.now() - startedAt)) / 1000;
      if (process.env.REPORT) process.stderr.write(`${JSON.stringify({ granted, due, warnings })}\n`);
      expect(granted).toBeLessThanOrEqual(due + processes * fleet[0]!.leasePoints);
      expect(warnings).toHaveLength(processes);
    } finally {
      await Promise.all(fleet.map((item) => item.close()));
      await redis.kill();
    }
  }, 180_000);
});
