// The statement for the facts about links on which each view depends, apart from the run: whether a link was revoked,
// the sharer's roles on the run's task, and the sharer's name.

import type { RoleSet } from '../access/policy.js';
import { revocationDigest } from '../database/share-revocations.js';
import { type BoundStatement, hideArraysFromPlanner, type Statement } from '../database/statements.js';
import { declareLimit } from '../limits.js';
import type { BatchRead } from '../scheduling/read-scheduler.js';
import { registerStatement, type ScheduledStatements } from '../scheduling/register-statement.js';
import { timestampSql } from '../task-runs/columns/timestamp.js';
import { pathJoins } from '../task-runs/visibility/roles-in-sql.js';
import type { Share } from './share-token.js';

export interface ShareFacts {
  readonly isRevoked: boolean;
  /** The sharer's roles on the valid beginning of the run's path. */
  readonly roles: RoleSet;
  /** The name that the run's organization has given to the sharer, or null. */
  readonly sharerName: string | null;
  /** The time of the statement, by the clock of the database. */
  readonly readAt: string;
}

/** A link, or one that is about to be made. */
export type ShareFactsKey = Pick<Share, 'path' | 'sharer'> & Partial<Pick<Share, 'id' | 'created'>>;

const types = ['uuid', 'uuid', 'uuid', 'text', 'text', 'uuid', 'uuid', 'timestamptz'];

const statement: Statement = {
  name: 'share_facts',
  requiresPrimary: true,
  text: `
SELECT
  EXISTS (
    SELECT FROM share_revocation AS revoked
    WHERE revoked.kind = 'share' AND revoked.digest = ${revocationDigest('request.share::text')}
    UNION ALL
    SELECT FROM share_revocation AS revoked
    WHERE revoked.kind = 'subject' AND revoked.digest = ${revocationDigest('request.subject')}
      AND revoked.issuer IN ('', request.issuer) AND revoked.revoked_at >= request.created
  ) AS "isRevoked",
  coalesce(granted.roles, 0) AS roles,
  named.name AS "sharerName",
  ${timestampSql('clock_timestamp()')} AS "readAt"
FROM unnest(${hideArraysFromPlanner(types)})
  WITH ORDINALITY AS request (org_id, project_id, task_id, subject, issuer, user_id, share, created, position)
${pathJoins}
LEFT JOIN resource_name AS named
  ON named.org_id = organization.id AND named.kind = 'user' AND named.id = request.user_id
ORDER BY request.position`,
};

/** Registers the read, whose keys share statements like those of runs. */
export function registerShareFacts(scheduled: ScheduledStatements): BatchRead<ShareFactsKey, ShareFacts> {
  return registerStatement(scheduled, 'share facts', {
    lane: 'point',
    maxBatchSize: declareLimit(64, {
      section: 'Inside',
      name: 'links to runs in a shared statement',
      beyond: 'another statement',
    }),
    requiresPrimary: true,
    bind: bindShareFacts,
    toResults: (rows: ShareFacts[]) => rows,
  });
}

/** Binds the statement, which returns one row per link, in order. */
function bindShareFacts(shares: readonly ShareFactsKey[]): BoundStatement {
  return {
    statement,
    values: [
      shares.map(({ path }) => path.orgId),
      shares.map(({ path }) => path.projectId),
      shares.map(({ path }) => path.taskId),
      shares.map(({ sharer }) => sharer.subject),
      shares.map(({ sharer }) => sharer.issuer),
      shares.map(({ sharer }) => sharer.userId),
      shares.map(({ id = null }) => id),
      shares.map(({ created = null }) => created),
    ],
  };
}
