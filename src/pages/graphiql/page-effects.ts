import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useMemo, useRef } from 'react';
import { useRetry } from '../shared/api/use-retry.js';
import { readFragment } from '../shared/share-link.js';
import { shownTheme, subscribeToTheme } from '../shared/theme/theme.js';
import { currentSessionKey, subscribe } from '../shared/token/token-store.js';
import { storedResponseOf } from './response/stored-responses.js';

/** Reloads the schema when the token changes, once the user has stopped typing. */
export function useSchemaOfToken(): void {
  const { introspect } = useGraphiQLActions();
  useEffect(() => {
    let timer: number | undefined;
    let sessionKey = currentSessionKey();
    const unsubscribe = subscribe(() => {
      if (sessionKey === currentSessionKey()) return;
      sessionKey = currentSessionKey();
      clearTimeout(timer);
      timer = setTimeout(introspect, 400);
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [introspect]);
}

/** Reloads the schema after an outage. */
export function useSchemaAfterOutage(): void {
  const fetchError = useGraphiQL((state) => state.fetchError);
  const { introspect } = useGraphiQLActions();
  const error = useMemo(() => errorIn(fetchError), [fetchError]);
  useRetry(error, introspect);
}

function errorIn(response: string | null): unknown {
  try {
    return JSON.parse(response ?? '{}').errors?.[0];
  } catch {
    return undefined;
  }
}

/** Removes an earlier token's rejection from the response pane once the schema could be loaded. */
export function useClearedError(): void {
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

/** Makes the response editor show each response as the server wrote it. */
export function useVerbatimResponses(): void {
  const responseEditor = useGraphiQL((state) => state.responseEditor);
  useEffect(() => {
    if (responseEditor === undefined) return;
    const setValue = responseEditor.setValue.bind(responseEditor);
    responseEditor.setValue = (text) => setValue(storedResponseOf(text)?.formattedText ?? text);
  }, [responseEditor]);
}

/**
 * Disables the boxes around letters that resemble others, because data is in any language. By default, the line height
 * depends on the system.
 */
export function useEditorOptions(): void {
  const editors = useGraphiQL(pick('queryEditor', 'variableEditor', 'headerEditor', 'responseEditor'));
  useEffect(() => {
    const unicodeHighlight = { ambiguousCharacters: false, invisibleCharacters: false, nonBasicASCII: false };
    for (const editor of Object.values(editors))
      editor?.updateOptions({ unicodeHighlight, fontSize: 14, lineHeight: 19 });
  }, [editors]);
}

/** Opens the operation of a link that is pasted into this page's address bar. */
export function useSharedLinks(): void {
  const { addTab } = useGraphiQLActions();
  const { queryEditor, variableEditor } = useGraphiQL(pick('queryEditor', 'variableEditor'));
  useEffect(() => {
    const open = () => {
      const shared = readFragment(location.hash);
      if (shared === undefined) return;
      addTab();
      queryEditor?.setValue(shared.query);
      variableEditor?.setValue(shared.variables);
    };
    addEventListener('hashchange', open);
    return () => removeEventListener('hashchange', open);
  }, [addTab, queryEditor, variableEditor]);
}

/** Shows GraphiQL in the colours of the other pages. */
export function usePageTheme(): void {
  const { setTheme } = useGraphiQLActions();
  useEffect(() => subscribeToTheme(() => setTheme(shownTheme())), [setTheme]);
}
