/** The state that the server writes into a page: all that the server and the page's program share. */
export interface InitialState {
  /** The gateway's root, relative to the address that the page is read from: a proxy may serve it under a path. */
  readonly root: string;
  /** The pages' value of the header `apollographql-client-name`. */
  readonly clientName: string;
  /** Tokens to choose from, the first one in place; empty outside the demo, and with `demoNotice`. */
  readonly demoTokens: readonly DemoToken[];
  /** Why the page has no tokens of the demo; omitted: it has them, or there is no demo. */
  readonly demoNotice?: string;
  /** Whether tabs hand the token on to one another; not where other programs may have pages of the same origin. */
  readonly sharesToken: boolean;
  /** How people sign in; omitted: they paste a token. */
  readonly signIn?: SignIn;
  /** The other pages to link to. */
  readonly hasRuns: boolean;
  /** Whether runs have models; omitted: the gateway does not know their place. */
  readonly hasModels?: boolean;
}

/** A public client of an issuer, for the authorization code with PKCE. */
export interface SignIn {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
  readonly audience?: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly redirectUri: string;
  /** Where the issuer's own session is ended; omitted: it cannot be. */
  readonly endSessionEndpoint?: string;
  readonly postLogoutRedirectUri: string;
  /** How `state` begins, so that the program that began to sign in takes up what comes back. */
  readonly statePrefix: string;
}

export interface GraphiqlInitialState extends InitialState {
  /** Operations that a first visit finds in tabs, titled by their names. */
  readonly examples: readonly string[];
  /** Addresses of Monaco's workers, by the names in vite.config.js. */
  readonly workers: Readonly<Record<string, string>>;
}

export interface DemoToken {
  /** The owner of the token, in a word. */
  readonly label: string;
  /** A few words on the access of its owner. */
  readonly sees: string;
  readonly token: string;
}
