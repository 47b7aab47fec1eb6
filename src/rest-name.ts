/** Returns the REST API's name for a GraphQL name. Names in capital letters are unchanged. */
export function toRestName(name: string): string {
  return /^[A-Z]+$/.test(name) ? name : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
