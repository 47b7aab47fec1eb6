declare module '*.css';
/** The address of a file that the bundle contains unchanged. */
declare module '*?url' {
  const url: string;
  export default url;
}
// Imported only for its side effect and its style sheets. The package types it under another path.
declare module 'monaco-graphql/esm/monaco-editor.js';
