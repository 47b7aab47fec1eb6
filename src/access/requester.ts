import type { Caller } from './caller.js';

/** The holder of a signed link, who needs no token. */
export class LinkHolder {
  /** @param linkSubject the digest of the subject for whom the link was issued */
  constructor(readonly linkSubject: string) {}

  get id(): string {
    return `link ${this.linkSubject}`;
  }
}

/** The beginning of the ids of all holders of links to single runs. Ids of callers begin with an issuer. */
export const shareIdPrefix = 'share ';

/** The holder of a link to one run. */
export class ShareHolder {
  /** @param share the link's id */
  constructor(readonly share: string) {}

  get id(): string {
    return shareIdPrefix + this.share;
  }
}

/** The sender of a request, identified by a token, a signed link to a file, or a link to one run. */
export type Requester = Caller | LinkHolder | ShareHolder;

/** The owner of a point account. */
export type PointOwner = Pick<Caller, 'id' | 'qualifiedClientId'>;

/** The owner of the account from which all links to single runs are paid. */
const shareHolders: PointOwner = { id: 'shares', qualifiedClientId: undefined };

/** Returns the owner of the account that pays for a request, or `undefined` without one. */
export function pointOwnerOf(requester: Requester | undefined): PointOwner | undefined {
  if (requester instanceof ShareHolder) return shareHolders;
  return callerOf(requester);
}

/** Returns the requester if it was identified by a token. */
export function callerOf(requester: Requester | undefined): Caller | undefined {
  return requester instanceof LinkHolder || requester instanceof ShareHolder ? undefined : requester;
}

/** The members that identify a requester in the log and the audit log. */
export interface Identity extends Partial<Pick<Caller, 'issuer' | 'subject' | 'clientId'>> {
  readonly linkSubject?: string;
  readonly share?: string;
}

/** @param requester `undefined` if no token or link was accepted */
export function identityOf(requester: Requester | undefined): Identity {
  if (requester === undefined) return {};
  if (requester instanceof LinkHolder) return { linkSubject: requester.linkSubject };
  if (requester instanceof ShareHolder) return { share: requester.share };
  const { issuer, subject, clientId } = requester;
  return { issuer, subject, clientId };
}
