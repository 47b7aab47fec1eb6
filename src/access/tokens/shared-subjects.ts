import type { IssuerConfig } from '../../config/values.js';

/** Issuers whose subjects are not told apart from those of another: the same prefix or none, or one that begins another. */
export function issuersSharingSubjects(issuers: readonly IssuerConfig[]): readonly string[] {
  const isShared = (one: string, other: string) => one === other || (one !== '' && other.startsWith(one));
  return issuers
    .filter(({ subjectPrefix: one = '' }, index) =>
      issuers.some(
        ({ subjectPrefix: other = '' }, at) => at !== index && (isShared(one, other) || isShared(other, one)),
      ),
    )
    .map(({ issuer }) => issuer);
}
