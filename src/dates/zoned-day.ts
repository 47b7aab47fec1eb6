// Days by the clocks of a time zone.

const millisecondsOfDay = 86_400_000;

/** When a day begins, in milliseconds since 1970; where clocks skip midnight, when they do. @param day since 1970 */
export function startOfZonedDay(day: number, timeZone: string): number {
  const midnight = day * millisecondsOfDay;
  const before = offsetAt(midnight - millisecondsOfDay, timeZone);
  const after = offsetAt(midnight + millisecondsOfDay, timeZone);
  // Where there are two midnights, the first one: that of the greater offset.
  const offset = [Math.max(before, after), Math.min(before, after)].find(
    (each) => offsetAt(midnight - each, timeZone) === each,
  );
  return midnight - (offset ?? before);
}

/** The day of a moment, since 1970. @param moment milliseconds since 1970 */
export function zonedDayOf(moment: number, timeZone: string): number {
  return Math.floor((moment + offsetAt(moment, timeZone)) / millisecondsOfDay);
}

/** How far the clocks are ahead of UTC, in milliseconds. */
function offsetAt(moment: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  const { value } = format.formatToParts(moment).find(({ type }) => type === 'timeZoneName')!;
  // `GMT` alone is UTC.
  const [, sign, hours, minutes, seconds = '0'] = /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(value) ?? [];
  if (hours === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}
