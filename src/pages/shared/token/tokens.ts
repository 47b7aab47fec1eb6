/** A token for the gateway's API, with the other tokens from the same response. */
export interface Tokens {
  readonly accessToken: string;
  /** Identifies the user, and ends the session at the issuer; omitted for a token that was pasted. */
  readonly idToken?: string;
  /** Renews the access token. It stays in the memory of the tab that signed in. */
  readonly refreshToken?: string;
}
