/** The headers of the page of links to runs, and of the runs that it requests. */
export const sharedHeaders = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex',
  'x-frame-options': 'DENY',
} as const;
