// Revocations of links to runs. They contain digests instead of links and subjects, so that they need not be erased
// with a person.

import type { EntityManager } from 'typeorm';

/** All links have expired this many days after they were made, even if clocks differ. */
const maxShareDays = 31;

/** SQL for the digest of a link's id, or of a subject, as text. The digest of a user id is the one of `erased_user`. */
export const revocationDigest = (text: string) => `sha256(convert_to(${text}, 'UTF8'))`;

/** One link, or all links that a subject has made until now, optionally only with tokens of one issuer. */
export type RevokedShares =
  | { readonly kind: 'share'; readonly id: string }
  | { readonly kind: 'subject'; readonly id: string; readonly issuer: string | undefined };

/** Records a revocation, and forgets those whose links have expired. */
export async function revokeShares(queries: Pick<EntityManager, 'query'>, revoked: RevokedShares): Promise<void> {
  const issuer = revoked.kind === 'subject' ? (revoked.issuer ?? '') : '';
  await queries.query(
    `WITH expired AS (
       DELETE FROM share_revocation WHERE revoked_at < clock_timestamp() - interval '${maxShareDays} days'
         AND (kind, digest, issuer) <> ($1, ${revocationDigest('$2::text')}, $3)
     )
     INSERT INTO share_revocation (kind, digest, issuer, revoked_at)
     VALUES ($1, ${revocationDigest('$2::text')}, $3, clock_timestamp())
     ON CONFLICT (kind, digest, issuer) DO UPDATE
       SET revoked_at = greatest(share_revocation.revoked_at, excluded.revoked_at)`,
    [revoked.kind, revoked.id, issuer],
  );
}
