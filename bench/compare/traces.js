// Federation traces without their times.

import { Trace } from '@apollo/usage-reporting-protobuf';

const times = /^(startTime|endTime|durationNs)$/;

/**
 * Returns the tree of a trace as JSON: names, types and errors, with the fields of each object in one order.
 * @param {string} encoded the member `ftv1` of a response's extensions
 */
export function describeTrace(encoded) {
  return JSON.stringify(withoutTimes(Trace.toObject(Trace.decode(Buffer.from(encoded, 'base64')))));
}

function withoutTimes(value) {
  if (Array.isArray(value)) return value.map(withoutTimes).sort(byText);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !times.test(name));
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutTimes(member)]));
}

function byText(one, other) {
  const [text, otherText] = [one, other].map((item) => JSON.stringify(item));
  return text < otherText ? -1 : Number(text > otherText);
}
