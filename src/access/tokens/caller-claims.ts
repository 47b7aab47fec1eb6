// Converts the claims of an accepted token into a caller. Rejects a token whose confinement is invalid, because
// ignoring it would give the token more access than its issuer intended.

import type { JWTPayload } from 'jose';
import { issuerRules, taskAudience } from '../../config/issuer-types.js';
import type { IssuerConfig } from '../../config/values.js';
import type { Caller, Confinement } from '../caller.js';
import { isResourceId } from '../resource-id.js';
import { isStorable, maxSubjectLength, normalizeSubject } from '../subject.js';
import { toUserId } from '../user-id.js';
import { audiences } from './token-claims.js';
import { invalidToken } from './token-errors.js';

/** @throws GatewayError INVALID_TOKEN */
export function toCaller(claims: JWTPayload, issuer: IssuerConfig): Caller {
  const { issuer: name, subjectPrefix = '' } = issuer;
  // Every token must have a "sub" claim, even if another claim is the subject.
  const sub = ['sub', issuer.subjectClaim ?? 'sub'].map((claim) => parseSubject(claim, claims[claim]))[1]!;
  const subject = subjectPrefix + sub;
  const clientId = issuerRules[issuer.type].clientClaims
    .map((claim) => claims[claim])
    .find((value): value is string => typeof value === 'string' && value !== '');
  return {
    id: `${name} ${subject}`,
    issuer: name,
    subject,
    userId: toUserId(issuer, sub, claims),
    clientId,
    qualifiedClientId: clientId === undefined ? undefined : subjectPrefix + clientId,
    confinement: parseConfinement(claims, issuer),
    expiresAt: claims.exp as number,
  };
}

function parseSubject(claim: string, subject: unknown): string {
  if (typeof subject !== 'string' || subject === '')
    throw invalidToken('claim', `The "${claim}" of the token is not a non-empty string.`);
  if (subject.length > maxSubjectLength)
    throw invalidToken('claim', `The "${claim}" is longer than ${maxSubjectLength} characters.`);
  if (!isStorable(subject)) throw invalidToken('claim', `The "${claim}" has characters that cannot be stored.`);
  return normalizeSubject(subject);
}

function parseConfinement(claims: JWTPayload, issuer: IssuerConfig): Confinement {
  const ext: unknown = claims.ext ?? {};
  if (typeof ext !== 'object' || Array.isArray(ext))
    throw invalidToken('claim', 'The "ext" of the token is not an object.');
  const claimSets = [ext as JWTPayload, topLevelConfinement(claims, issuer)];
  const orgIds = intersectIds(claimSets.map(({ org_id }) => parseConfinedId('org_id', org_id)));
  const projectIds = intersectIds(claimSets.map(({ project_id }) => parseConfinedId('project_id', project_id)));
  const taskIds = audiences(claims).flatMap((entry) => (entry === issuer.audience ? [] : parseTaskAudience(entry)));
  return {
    ...(orgIds ? { orgIds } : {}),
    ...(projectIds ? { projectIds } : {}),
    ...(taskIds.length > 0 ? { taskIds } : {}),
  };
}

function topLevelConfinement({ org_id, project_id }: JWTPayload, { type }: IssuerConfig): JWTPayload {
  const { topLevelConfinement } = issuerRules[type];
  if (topLevelConfinement === 'never') return {};
  if (topLevelConfinement === 'always') return { org_id, project_id };
  const idOf = (value: unknown) => (isResourceId(value) ? value : undefined);
  return { org_id: idOf(org_id), project_id: idOf(project_id) };
}

function parseConfinedId(claim: string, value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!isResourceId(value)) throw invalidToken('claim', `The "${claim}" of the token is not an id.`);
  return [value.toLowerCase()];
}

/** Intersects lists of at most one id each. Two different ids result in an empty list; no ids at all set no limit. */
function intersectIds(idLists: readonly (readonly string[])[]): readonly string[] | undefined {
  const distinct = [...new Set(idLists.flat())];
  if (distinct.length === 0) return undefined;
  return distinct.length === 1 ? distinct : [];
}

/** Parses `https://…/tasks/<task_id>`. Any other audience does not confine the token. */
function parseTaskAudience(entry: string): readonly string[] {
  const id = taskAudience.exec(entry)?.groups?.id;
  if (id === undefined) return [];
  if (!isResourceId(id))
    throw invalidToken('claim', 'The "aud" of the token names a task with a value that is not an id.');
  return [id.toLowerCase()];
}
