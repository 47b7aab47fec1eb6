import type { Config } from '../config/config.js';
import type { Logger } from '../telemetry/logger.js';
import type { Metrics } from '../telemetry/metrics.js';
import { createRateLimiter, type RateLimiter } from './rate-limiter.js';
import { openRedisPoints } from './redis-points.js';

/** The limits of callers, shared by Redis where the configuration names one. */
export async function openRateLimiter(
  config: Pick<Config, 'costMode' | 'rateLimit' | 'processes'>,
  log: Logger,
  metrics: Metrics,
): Promise<{ readonly rateLimiter: RateLimiter; close(): Promise<void> }> {
  const { points: rate, burst, redisUrl: url } = config.rateLimit;
  const onChange = (isUnavailable: boolean) => metrics.redisUp.set(Number(!isUnavailable));
  const isShared = url !== undefined && rate !== undefined && config.costMode !== 'off';
  const shared = isShared ? await openRedisPoints({ url, rate, burst, log, onChange }) : null;
  const onRejection = () => metrics.rateLimited.inc();
  return {
    rateLimiter: createRateLimiter({ ...config, shared, onRejection }),
    close: async () => shared?.close(),
  };
}
