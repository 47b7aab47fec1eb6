// Times for users, in their own time zone. The exact time, in UTC, is what the gateway wrote.

const pad = (value: number) => String(value).padStart(2, '0');

/** The browser's time zone, by the name that the API accepts. */
export const timeZone = Intl.DateTimeFormat()
  .resolvedOptions()
  .timeZone.replace(/^Etc\/UTC$/, 'UTC');

/** Returns text such as `2026-10-30 09:41:12`. */
export function formatTime(iso: string): string {
  const date = new Date(iso);
  return `${formatDay(iso)} ${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

/** Returns text such as `2026-10-30 09:41`. */
export function formatMinute(iso: string): string {
  return formatTime(iso).slice(0, -3);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Returns a short text for rows, such as `30 Oct 09:41:12`, or `2025-10-30 09:41` in another year. */
export function formatRowTime(iso: string, now = Date.now()): string {
  const date = new Date(iso);
  if (date.getFullYear() !== new Date(now).getFullYear()) return formatMinute(iso);
  return `${date.getDate()} ${months[date.getMonth()]} ${formatTime(iso).slice(-8)}`;
}

/** Returns text such as `2026-10-30`. */
export function formatDay(iso: string): string {
  const date = new Date(iso);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

const relativeTime = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const units: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** Returns text such as `3 hours ago`. */
export function formatAge(iso: string, now = Date.now()): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  const [unit, size] = units.find(([, unitSize]) => Math.abs(seconds) >= unitSize) ?? ['second', 1];
  return relativeTime.format(Math.trunc(seconds / size), unit);
}
