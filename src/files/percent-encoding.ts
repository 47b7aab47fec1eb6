/** Percent-encodes all but RFC 3986's unreserved characters: `encodeURIComponent` leaves five more as they are. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
