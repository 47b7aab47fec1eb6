import type { Caller } from './caller.js';

/** The holder of a signed link, who needs no token. */
export class LinkHolder {
  /** @param linkSubject the digest of the subject for whom the link was issued */
  constructor(readonly linkSubject: string) {}

  get id(): string {
    return `link ${this.linkSubject}`;
  }
}

/** The sender of a request, identified by a token or a signed link. */
export type Requester = Caller | LinkHolder;

/** The members that identify a requester in the log and the audit log. */
export interface Identity extends Partial<Pick<Caller, 'issuer' | 'subject' | 'clientId'>> {
  readonly linkSubject?: string;
}

/** @param requester `undefined` if no token or link was accepted */
export function identityOf(requester: Requester | undefined): Identity {
  if (requester === undefined) return {};
  if (requester instanceof LinkHolder) return { linkSubject: requester.linkSubject };
  const { issuer, subject, clientId } = requester;
  return { issuer, subject, clientId };
}
