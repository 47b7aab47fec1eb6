// The other open tabs of this gateway in this browser: a new one asks them for their tokens, once. A token that is
// renewed or signed out is so in all. Nothing is stored: tokens go from memory to memory.

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
  /** The tokens that other tabs may have; undefined without an unexpired one. */
  readonly shareableTokens: () => Tokens | undefined;
  /** A tab has sent its tokens; or no tab has offered any: undefined. */
  readonly onAnswer: (tokens: Tokens | undefined) => void;
  /** A tab has renewed its access token, which was `replaced`. */
  readonly onRenewed: (replaced: string, tokens: Tokens) => void;
  readonly onSignOut: () => void;
}

export interface OpenTabs {
  renew(replaced: string, tokens: Tokens): void;
  signOut(): void;
}

/** How long replies are waited for. Tabs on the same machine take a few milliseconds, unless the browser has frozen them. */
const repliesMs = 200;
const name = 'task-runs';

/**
 * Joins the other tabs and asks them for tokens. Each offers its own; only the most recently focused one is asked to
 * send it. A late offer counts where there was no other.
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

/** Several tabs with the same refresh token would use it at once, which issuers take for theft. */
function withoutRefreshToken({ refreshToken: _, ...tokens }: Tokens): Tokens {
  return tokens;
}

/** Counts the other tabs, which each hold a lock, and joins them. Browsers have locks only over HTTPS and on this machine. */
async function countTabs(): Promise<number> {
  const { locks } = navigator;
  if (locks === undefined) return Number.POSITIVE_INFINITY;
  const { held = [] } = await locks.query();
  void locks.request(name, { mode: 'shared' }, () => new Promise(() => {}));
  return held.filter((lock) => lock.name === name).length;
}
