import { useEffect, useRef } from 'react';
import { sentenceOf } from '../api/error-sentence.js';
import { beginSignIn, canSignIn } from './sign-in.js';
import { DemoChoice, TokenInput } from './token-input.js';
import { type Session, setToken, useSession, useSignInProblem, useTokens } from './token-store.js';

/** Asks for a token instead of showing the page's content, or above the content if the token has expired. */
export function TokenGate({ children }: { readonly children: React.ReactNode }) {
  const session = useSession();
  const isAsked = session in reasons;
  // The content of an expired token has its own main element.
  const Place = session === 'none' ? 'main' : 'div';
  return (
    <>
      {isAsked && (
        <Place>
          <TokenCard />
        </Place>
      )}
      {session !== 'none' && (
        <div className={isAsked ? 'stale' : ''} inert={isAsked}>
          {children}
        </div>
      )}
    </>
  );
}

/** The gateway's reason for each session without access. */
const reasons: Readonly<Partial<Record<Session, string>>> = {
  none: 'MISSING_AUTHENTICATION',
  expired: 'EXPIRED_TOKEN',
  rejected: 'INVALID_TOKEN',
};

const invitation = canSignIn
  ? 'You see the runs that your account has access to.'
  : 'Paste a bearer token to see the runs that it gives access to.';

/** Shows nothing while there is an accepted token. */
export function TokenCard() {
  const { accessToken: token } = useTokens();
  const session = useSession();
  const problem = useSignInProblem();
  const reason = reasons[session];
  if (reason === undefined) return null;
  const isAbove = session !== 'none';
  return (
    <section className={`token-card card stack ${isAbove ? 'above' : ''}`} aria-label="Sign in">
      <h1>Sign in to Task runs</h1>
      <p className={session === 'rejected' ? 'problem' : ''} {...(isAbove && { role: 'alert' })}>
        {isAbove ? sentenceOf({ extensions: { reason } }) : invitation}
      </p>
      {problem !== undefined && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {canSignIn && <SignInButton />}
      {canSignIn ? (
        <details className="token-entry">
          <summary>Use a token</summary>
          <TokenForm />
        </details>
      ) : (
        <TokenForm />
      )}
      <DemoChoice token={token} />
    </section>
  );
}

function SignInButton() {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <button ref={button} type="button" className="primary sign-in" onClick={() => void beginSignIn()}>
      Sign in
    </button>
  );
}

function TokenForm() {
  return (
    <form className="stack" onSubmit={(event) => event.preventDefault()}>
      <TokenInput text="" onText={(text) => text !== '' && setToken(text)} autoFocus={!canSignIn} />
      <button type="submit" className={canSignIn ? '' : 'primary sign-in'}>
        Use this token
      </button>
      <small>It is kept in memory only, and stored nowhere.</small>
    </form>
  );
}
