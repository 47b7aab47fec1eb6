// Days in a time zone.

const millisecondsOfDay = 86_400_000;

/**
 * Returns the start of a day in milliseconds since 1970. If clocks skip midnight, this is the moment of the change.
 * @param day days since 1970
 */
export function startOfZonedDay(day: number, timeZone: string): number {
  const midnight = day * millisecondsOfDay;
  const before = offsetAt(midnight - millisecondsOfDay, timeZone);
  const after = offsetAt(midnight + millisecondsOfDay, timeZone);
  // If there are two midnights, the first is the one with the greater offset.
  const offset = [Math.max(before, after), Math.min(before, after)].find(
    (candidate) => offsetAt(midnight - candidate, timeZone) === candidate,
  );
  return midnight - (offset ?? before);
}

/** Returns the day of a moment, as days since 1970. @param moment milliseconds since 1970 */
export function zonedDayOf(moment: number, timeZone: string): number {
  return Math.floor((moment + offsetAt(moment, timeZone)) / millisecondsOfDay);
}

/** Returns how many milliseconds clocks are ahead of UTC. */
function offsetAt(moment: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  const { value } = format.formatToParts(moment).find(({ type }) => type === 'timeZoneName')!;
  // `GMT` without an offset means UTC.
  const [, sign, hours, minutes, seconds = '0'] = /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(value) ?? [];
  if (hours === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}
