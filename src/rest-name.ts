/** Returns REST's name for a name of GraphQL. A name in capital letters stays. */
export function toRestName(name: string): string {
  return /^[A-Z]+$/.test(name) ? name : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
