export const errorsPath = '/errors';

/** Where a code is described. @param publicUrl without a trailing slash */
export function docUrlOf(code: string, publicUrl: string): string {
  return `${publicUrl}${errorsPath}#${code}`;
}
