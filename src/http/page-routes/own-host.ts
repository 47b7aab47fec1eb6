import { hostOf, isLoopbackHost } from '../../config/values.js';

/**
 * Returns whether a page is requested under a name of this machine or of the public URL. Another site could make any
 * other name resolve to this machine, to read the gateway's responses (DNS rebinding).
 * @param host the Host header
 */
export function isOwnHost(host: string | undefined, publicUrl: string): boolean {
  if (host === undefined || !/^[\w.[\]:-]+$/.test(host) || !URL.canParse(`http://${host}`)) return false;
  const name = hostOf(new URL(`http://${host}`));
  return isLoopbackHost(name) || name.endsWith('.localhost') || name === hostOf(new URL(publicUrl));
}
