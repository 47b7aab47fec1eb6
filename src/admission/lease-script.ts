/**
 * Leases a caller's points from the fleet's bucket in one step. A missing bucket is full, unless Redis was lost or
 * unreachable since: processes granted points by themselves meanwhile, so buckets only fill from then on.
 *
 * KEYS: the members of the fleet, since when buckets are true, and the bucket, if any.
 * ARGV: the member, milliseconds for which it counts, whether it comes back from an outage, points a second, the burst,
 * points that are owed, points that are wanted.
 * Returns how many members there are, the points that are granted, and those that are left.
 */
export const leaseScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local rate, burst = tonumber(ARGV[4]) / 1000, tonumber(ARGV[5])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
if ARGV[3] == '1' then
  redis.call('SET', KEYS[2], now)
elseif redis.call('EXISTS', KEYS[2]) == 0 then
  redis.call('SET', KEYS[2], now - burst / rate)
end
local members = redis.call('ZCARD', KEYS[1])
if not KEYS[3] then return {members, '0', '0'} end

local since = tonumber(redis.call('GET', KEYS[2]))
local bucket = redis.call('HMGET', KEYS[3], 'points', 'at')
local points = tonumber(bucket[1] or 0)
local at = math.max(tonumber(bucket[2] or since), since)
points = math.min(burst, points + math.max(0, now - at) * rate) - ARGV[6]
local granted = math.max(0, math.min(points, tonumber(ARGV[7])))
points = points - granted
redis.call('HSET', KEYS[3], 'points', tostring(points), 'at', string.format('%.3f', now))
redis.call('PEXPIRE', KEYS[3], math.ceil((burst - points) / rate) + 1000)
return {members, tostring(granted), tostring(points)}
`;
