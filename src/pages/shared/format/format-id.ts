const id = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function isId(text: string): boolean {
  return id.test(text);
}

/**
 * Returns the end of an id, such as `…b2c3d4`, because ids of the same day begin alike. Any other text is unchanged.
 */
export function shortId(text: string): string {
  return isId(text) ? `…${text.slice(-6)}` : text;
}
