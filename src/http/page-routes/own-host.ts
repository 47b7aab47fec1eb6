import { hostOf, isLoopbackHost } from '../../config/values.js';

/**
 * Whether a page is requested at a name of this machine or at that of the public URL. Any other name may be one that a page
 * of another site has made lead here, to read what the gateway responds (DNS rebinding).
 * @param host the header Host
 */
export function isOwnHost(host: string | undefined, publicUrl: string): boolean {
  if (host === undefined || !/^[\w.[\]:-]+$/.test(host) || !URL.canParse(`http://${host}`)) return false;
  const name = hostOf(new URL(`http://${host}`));
  return isLoopbackHost(name) || name.endsWith('.localhost') || name === hostOf(new URL(publicUrl));
}
