import type { Config } from '../../config/config.js';
import { sentenceOf } from '../../errors/explain.js';
import { type AddFinding, ok, requestTimeoutMs, warning } from './finding.js';

const check = 'redis';

/** Checks that Redis executes scripts, which leases of points require. Adds no finding if Redis is not configured. */
export async function checkRedis({ redisUrl }: Config['rateLimit'], add: AddFinding): Promise<void> {
  if (redisUrl === undefined) return;
  const { Redis } = await import('ioredis');
  const redis = new Redis(redisUrl, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    connectTimeout: requestTimeoutMs,
    commandTimeout: requestTimeoutMs,
    retryStrategy: () => null,
  });
  // The reason why the connection failed. The error of the waiting request only reports that it is closed.
  let cause: unknown;
  redis.on('error', (error) => {
    cause ??= error;
  });
  // Only the host, without user and password.
  const { host } = new URL(redisUrl);
  try {
    await redis.connect();
    await redis.eval('return 1', 0);
    add(ok(check, `${host} responds, so processes share rate limits.`));
  } catch (error) {
    add(
      warning(
        check,
        `${host} cannot be used: ${sentenceOf(cause ?? error)} Until it is available, each process enforces its own share of the rate limit.`,
        'Check that Redis is running there and can be reached from here, and that REDIS_URL is correct, including its user and password.',
      ),
    );
  } finally {
    redis.disconnect();
  }
}
