declare module '*.css';
// Imported for its effect and its style sheets only; the package types it under another path.
declare module 'monaco-graphql/esm/monaco-editor.js';
