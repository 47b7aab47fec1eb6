declare module '*.css';
// Imported only for its side effect and its style sheets. The package types it under another path.
declare module 'monaco-graphql/esm/monaco-editor.js';
