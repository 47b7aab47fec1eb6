// The other open tabs of this gateway in this browser. A new tab asks them once for their tokens. Renewing a token or
// signing out affects all tabs. Nothing is stored: tokens go from memory to memory.

import type { Tokens } from './tokens.js';

type Message =
  | { readonly kind: 'ask'; readonly from: string }
  | { readonly kind: 'offer'; readonly from: string; readonly to: string; readonly focusedAt: number }
  | { readonly kind: 'none'; readonly to: string }
  | { readonly kind: 'choose'; readonly from: string; readonly to: string }
  | { readonly kind: 'tokens'; readonly to: string; readonly tokens: Tokens }
  | { readonly kind: 'renewed'; readonly replaced: string; readonly tokens: Tokens }
  | { readonly kind: 'sign-out' };

interface Listener {
  /** Returns the tokens to share with other tabs, or `undefined` without an unexpired one. */
  readonly shareableTokens: () => Tokens | undefined;
  /** Called when a tab has sent its tokens, or with `undefined` if no tab has offered any. */
  readonly onAnswer: (tokens: Tokens | undefined) => void;
  /** Called when a tab has renewed its access token, which was `replaced`. */
  readonly onRenewed: (replaced: string, tokens: Tokens) => void;
  readonly onSignOut: () => void;
}

export interface OpenTabs {
  renew(replaced: string, tokens: Tokens): void;
  signOut(): void;
}

/**
 * The time limit for replies. Tabs on the same machine take a few milliseconds, unless the browser has suspended them.
 */
const repliesMs = 200;
const name = 'task-runs';

/**
 * Joins the other tabs and asks them for tokens. Each tab offers its own, but only the most recently focused one is
 * asked to send them. A late offer is used if there was no other.
 */
export function joinTabs({ shareableTokens, onAnswer, onRenewed, onSignOut }: Listener): OpenTabs {
  const channel = new BroadcastChannel(name);
  const self = Array.from(crypto.getRandomValues(new Uint32Array(4))).join('-');
  const post = (message: Message) => channel.postMessage(message);
  let focusedAt = document.hasFocus() ? Date.now() : 0;
  addEventListener('focus', () => {
    focusedAt = Date.now();
  });
  let offers: Extract<Message, { kind: 'offer' }>[] | undefined = [];
  let missingReplies = Number.POSITIVE_INFINITY;
  const choose = () => {
    if (offers === undefined) return;
    const [newest] = offers.toSorted((one, other) => other.focusedAt - one.focusedAt);
    offers = undefined;
    if (newest) post({ kind: 'choose', from: self, to: newest.from });
    else onAnswer(undefined);
  };
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'ask') {
      const isShareable = shareableTokens() !== undefined;
      post(isShareable ? { kind: 'offer', from: self, to: data.from, focusedAt } : { kind: 'none', to: data.from });
    }
    if (data.kind === 'renewed') onRenewed(data.replaced, data.tokens);
    if (data.kind === 'sign-out') onSignOut();
    if (!('to' in data) || data.to !== self) return;
    if (data.kind === 'offer' && offers) offers.push(data);
    else if (data.kind === 'offer') post({ kind: 'choose', from: self, to: data.from });
    if ((data.kind === 'offer' || data.kind === 'none') && --missingReplies <= 0) choose();
    const tokens = shareableTokens();
    if (data.kind === 'choose' && tokens !== undefined)
      post({ kind: 'tokens', to: data.from, tokens: withoutRefreshToken(tokens) });
    if (data.kind === 'tokens') onAnswer(data.tokens);
  };
  void countTabs().then((count) => {
    missingReplies = count;
    if (count === 0) return choose();
    setTimeout(choose, repliesMs);
    post({ kind: 'ask', from: self });
  });
  return {
    renew: (replaced, tokens) => post({ kind: 'renewed', replaced, tokens: withoutRefreshToken(tokens) }),
    signOut: () => post({ kind: 'sign-out' }),
  };
}

/** If several tabs used the same refresh token at once, issuers would treat it as stolen. */
function withoutRefreshToken({ refreshToken: _, ...tokens }: Tokens): Tokens {
  return tokens;
}

/**
 * Counts the other tabs, each of which holds a lock, and joins them. Browsers have locks only over HTTPS and on this
 * machine.
 */
async function countTabs(): Promise<number> {
  const { locks } = navigator;
  if (locks === undefined) return Number.POSITIVE_INFINITY;
  const { held = [] } = await locks.query();
  void locks.request(name, { mode: 'shared' }, () => new Promise(() => {}));
  return held.filter((lock) => lock.name === name).length;
}
