import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useRef } from 'react';
import { bearerTokenIn } from './bearer-token.js';

/** Reads the schema again when another token is put in place, once typing has paused. */
export function useSchemaOfToken(onEditorReady: () => void): void {
  const { introspect } = useGraphiQLActions();
  const headerEditor = useGraphiQL((state) => state.headerEditor);
  useEffect(() => {
    if (headerEditor === undefined) return;
    onEditorReady();
    let tokenOfSchema = bearerTokenIn(headerEditor.getValue());
    let timer: number | undefined;
    const listening = headerEditor.onDidChangeModelContent(() => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const token = bearerTokenIn(headerEditor.getValue());
        if (token === undefined || token === tokenOfSchema) return;
        tokenOfSchema = token;
        introspect();
      }, 600);
    });
    return () => {
      clearTimeout(timer);
      listening.dispose();
    };
  }, [headerEditor, introspect, onEditorReady]);
}

/** Takes the refusal of an earlier token out of the answer pane once the schema could be read. */
export function useErrorCleared(): void {
  const { fetchError, responseEditor } = useGraphiQL(pick('fetchError', 'responseEditor'));
  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (fetchError !== null) shown.current = fetchError;
  }, [fetchError]);
  const schema = useGraphiQL((state) => state.schema);
  useEffect(() => {
    if (schema && shown.current !== null && responseEditor?.getValue() === shown.current) responseEditor.setValue('');
  }, [schema, responseEditor]);
}

/** GraphiQL's own colours follow the system by style sheet; its editors are told only when the theme is chosen. */
export function useSystemTheme(): void {
  const theme = useGraphiQL((state) => state.theme);
  const { setTheme } = useGraphiQLActions();
  useEffect(() => {
    if (theme !== null) return;
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => setTheme(null);
    dark.addEventListener('change', follow);
    return () => dark.removeEventListener('change', follow);
  }, [theme, setTheme]);
}
