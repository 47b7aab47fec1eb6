// The token of the link, which exists only in the memory of this tab. It is removed from the address, so that neither
// the history nor a shared screen shows it.

/** Returns the token in the address, or an empty string, and removes it from the address. */
export function takeToken(): string {
  const token = location.hash.slice(1);
  if (token !== '') history.replaceState(null, '', location.pathname);
  return token;
}

/** Calls the listener with the token of another link that is opened in this tab. */
export function onOtherLink(listener: (token: string) => void): () => void {
  const listen = () => {
    const token = takeToken();
    if (token !== '') listener(token);
  };
  addEventListener('hashchange', listen);
  return () => removeEventListener('hashchange', listen);
}
