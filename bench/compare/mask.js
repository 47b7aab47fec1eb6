// Masks the parts in which two responses to a request may differ: request ids, signatures, times, cursors, costs.

import { describeTrace } from './traces.js';

/**
 * Dates relative to the time of the response, such as those in reports, are at most a month old. All rows are older.
 */
const recentMs = 40 * 86_400_000;
// In JSON inside strings, which tools for agents return, quotes are escaped.
const quote = '(\\\\*")';
const member = (names, value) => new RegExp(`${quote}(${names})\\1(:\\s*)${value}`, 'g');

const textMasks = [
  { what: member('requestId|request_id', '\\1[^"\\\\]*\\1'), by: '$1$2$1$3$1<request id>$1' },
  {
    what: member('cursor|previousCursor|startCursor|endCursor|next_cursor', '\\1[^"\\\\]+\\1'),
    by: '$1$2$1$3$1<cursor>$1',
  },
  {
    // The period before one that ends now has the same length.
    what: new RegExp(`${quote}previous\\1:{\\1created_after\\1:\\1[^"\\\\]+\\1`, 'g'),
    by: '$1previous$1:{$1created_after$1:$1<time>$1',
  },
  { what: /^(id: ?)\S+$/gm, by: '$1<cursor>' },
  { what: /([?&](?:signature|expires|X-Amz-\w+)=)[^&"\s\\]+/g, by: '$1<signature>' },
  {
    what: member('actual|actualQueryCost|remaining', '[\\d.]+'),
    by: '$1$2$1$3$1<cost>$1',
  },
];
const tracePattern = /"ftv1":"([^"]+)"/g;
const headerMasks = {
  date: () => '<time>',
  'x-request-id': () => '<request id>',
  'x-watermark': () => '<cursor>',
  ratelimit: () => '<cost>',
  'server-timing': () => '<times>',
};
const timePattern = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g;

/**
 * Returns a response without the parts that differ between two responses to the same request.
 * @param {import('./client.js').Response} response
 * @param {{ now: number }} options times of the weeks around it are masked
 * @returns {{ status: string, headers: Record<string, string>, body: string, hasMaskedParts: boolean }} hasMaskedParts:
 *   whether the body had such parts, but for errors in another order
 */
export function maskResponse({ status, headers, body }, { now }) {
  const mask = (text) => maskText(text, now);
  const text = body.toString('utf8');
  // Nothing is masked in binary bodies, such as Parquet.
  const isText = Buffer.from(text).equals(body);
  const masked = isText ? mask(text) : text;
  const isMasked = masked !== text;
  // Errors in a different order have the same length.
  const hasMaskedParts = masked !== (isText ? withSortedErrors(text) : text);
  const about = { body, isCompressed: 'content-encoding' in headers, isMasked, mask };
  return {
    status: String(status),
    headers: Object.fromEntries(
      Object.entries(headers)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, value]) => [name, headerMasks[name]?.() ?? maskHeader(name, value, about)]),
    ),
    body: isText ? masked : body.toString('base64'),
    hasMaskedParts,
  };
}

/** Masks a header. The length and tag of a body differ if the body differs. */
function maskHeader(name, value, { body, isCompressed, isMasked, mask }) {
  if (name === 'content-length' && ((isCompressed && isMasked) || Number(value) === body.length))
    return '<length of the body>';
  if (name === 'etag' && (isMasked || body.length === 0)) return value.replace(/"[^"]*"/, '"<tag>"');
  return mask(value);
}

function maskText(text, now) {
  const traced = withSortedErrors(text).replace(tracePattern, (_, encoded) => `"ftv1":${describeTrace(encoded)}`);
  const masked = textMasks.reduce((result, { what, by }) => result.replace(what, by), traced);
  return masked.replace(timePattern, (time) => (Math.abs(Date.parse(time) - now) < recentMs ? '<time>' : time));
}

function withSortedErrors(text) {
  return text.includes('errors') ? text.split('\n').map(sortErrors).join('\n') : text;
}

/**
 * Returns a body, or the line of an event, with sorted errors, because errors of concurrently read fields have no
 * order.
 */
function sortErrors(line) {
  const value = parse(line.replace(/^data: ?/, ''));
  const escaped = (list) => JSON.stringify(JSON.stringify(list)).slice(1, -1);
  const tool = value?.result;
  const listed = [
    [value?.errors ?? value?.payload?.errors ?? tool?.structuredContent?.errors, JSON.stringify],
    [parse(tool?.content?.[0]?.text)?.errors, escaped],
  ];
  return listed
    .filter(([errors]) => Array.isArray(errors))
    .reduce((text, [errors, write]) => {
      const texts = errors.map((error) => JSON.stringify(error)).sort();
      return text.replace(write(errors), () => write(texts.map((text) => JSON.parse(text))));
    }, line);
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
