const id = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function isId(text: string): boolean {
  return id.test(text);
}

/** `…b2c3d4`: the end of an id, as ids of one day begin alike. Any other text stays. */
export function shortId(text: string): string {
  return isId(text) ? `…${text.slice(-6)}` : text;
}
