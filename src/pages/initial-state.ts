/** The state that the server writes into a page. It is all that the server and the page's script share. */
export interface InitialState {
  /** The gateway's root, relative to the page's URL, because a proxy may serve it under a path. */
  readonly root: string;
  /** The value of the `apollographql-client-name` header that the pages send. */
  readonly clientName: string;
  /** Tokens to choose from, of which the first is the default; empty outside the demo, and with `demoNotice`. */
  readonly demoTokens: readonly DemoToken[];
  /** The reason why the page has no demo tokens; omitted if it has them, or if there is no demo. */
  readonly demoNotice?: string;
  /** Whether tabs share the token. This is off if other programs may have pages on the same origin. */
  readonly sharesToken: boolean;
  /** The settings for signing in; omitted if users paste a token. */
  readonly signIn?: SignIn;
  /** Whether there are pages for runs to link to. */
  readonly hasRuns: boolean;
  /** Whether runs have models; omitted if no path to the model is configured. */
  readonly hasModels?: boolean;
  /** The settings of links to runs; omitted without them. */
  readonly sharing?: { readonly allowsPayload: boolean };
}

/** An issuer's public client for the authorization code flow with PKCE. */
export interface SignIn {
  readonly issuer: string;
  readonly discoveryDocument: string;
  readonly clientId: string;
  readonly scope: string;
  readonly audience?: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly redirectUri: string;
  /** The endpoint that ends the issuer's own session; omitted if the issuer has none. */
  readonly endSessionEndpoint?: string;
  readonly postLogoutRedirectUri: string;
  /** The prefix of `state`, which ensures that the app that started the sign-in handles the response. */
  readonly statePrefix: string;
}

export interface GraphiqlInitialState extends InitialState {
  /** Operations that appear in tabs on a first visit, titled by their names. */
  readonly examples: readonly string[];
  /** URLs of Monaco's workers, by the names in vite.config.js. */
  readonly workers: Readonly<Record<string, string>>;
}

export interface DemoToken {
  /** A one-word name for the token's owner. */
  readonly label: string;
  /** A short description of the owner's access. */
  readonly sees: string;
  readonly token: string;
}
