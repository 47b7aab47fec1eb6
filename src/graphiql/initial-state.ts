/** What the server writes into the page for the browser code to start from; the one thing both sides share. */
export interface GraphiqlInitialState {
  /** Tabs of a first visit, each titled by its operation's name; later visits find their own tabs again. */
  readonly tabs: readonly GraphiqlTab[];
  /** Tokens to choose from, the first one in place; empty outside the demo. */
  readonly demoTokens: readonly DemoToken[];
  /** Addresses of Monaco's workers, by the names in vite.config.js. */
  readonly workers: Readonly<Record<string, string>>;
}

export interface GraphiqlTab {
  readonly query: string;
  /** JSON text. */
  readonly variables?: string;
}

export interface DemoToken {
  /** Whose token it is, in a word. */
  readonly label: string;
  readonly token: string;
}
