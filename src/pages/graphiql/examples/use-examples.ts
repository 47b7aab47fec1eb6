import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useRef } from 'react';
import type { GraphiqlInitialState } from '../../initial-state.js';
import { initialState } from '../../shared/initial-state-of-page.js';
import { currentToken, useSessionKey } from '../../shared/token/token-store.js';
import { type ExampleValues, variablesOf } from './example-variables.js';
import { findExampleValues } from './find-example-values.js';

const { examples } = initialState as GraphiqlInitialState;
/** The storage key for variables that an earlier visit filled in, by query. Any others were typed, and are kept. */
const storageKey = 'graphiql:examples';

/** The examples as tabs without values. */
export const exampleTabs = examples.map((query) => ({ query, variables: variablesOf(query) }));

/**
 * Fills the examples with runs that the caller may read, and does so again for another token.
 * @param onRead called with whether there is a run
 */
export function useExamples(onRead: (hasRuns: boolean) => void): void {
  const sessionKey = useSessionKey();
  const { queryEditor, variableEditor, headerEditor } = useGraphiQL(
    pick('queryEditor', 'variableEditor', 'headerEditor'),
  );
  const state = useGraphiQL(({ tabs, activeTabIndex }) => ({ tabs, active: tabs[activeTabIndex] }));
  const latest = useRef(state);
  latest.current = state;
  const { moveTab, run } = useGraphiQLActions();
  const hasRun = useRef(false);
  useEffect(() => {
    if (!queryEditor || !variableEditor || !headerEditor || currentToken() === '') return;
    const controller = new AbortController();
    findExampleValues(controller.signal)
      .then((values) => {
        if (controller.signal.aborted) return;
        onRead(values !== null);
        if (values === null) return;
        fill(values);
        runFirst();
      })
      // Running an example shows the error.
      .catch(() => {});
    return () => controller.abort();

    /**
     * Runs the first example, so that there is something to see from the beginning, unless something else is open or
     * was typed.
     */
    function runFirst() {
      const isFirst = queryEditor!.getValue() === examples[0];
      if (isFirst && !hasRun.current && latest.current.active?.response == null) run();
      hasRun.current = true;
    }

    function fill(values: ExampleValues) {
      const filled: Record<string, string> = JSON.parse(localStorage.getItem(storageKey) ?? '{}');
      const variablesFor = (query: string | null, variables: string | null | undefined) => {
        if (query === null || !examples.includes(query)) return undefined;
        const isEdited = variables && variables !== filled[query] && variables !== variablesOf(query);
        return isEdited ? undefined : variablesOf(query, values);
      };
      const { tabs, active } = latest.current;
      const inEditors = [queryEditor!, variableEditor!, headerEditor!].map((editor) => ({
        editor,
        text: editor.getValue(),
      }));
      const textOfActive = variablesFor(queryEditor!.getValue(), variableEditor!.getValue());
      const changed = tabs.map((tab) => {
        const variables = tab === active ? undefined : variablesFor(tab.query, tab.variables);
        return variables === undefined || variables === tab.variables ? tab : { ...tab, variables };
      });
      // This action takes a list of tabs. The active one must remain the same object.
      if (changed.some((tab, index) => tab !== tabs[index])) moveTab(changed);
      // The action writes GraphiQL's state of the active tab into the editors, which may not include what was typed
      // last.
      for (const { editor, text } of inEditors) if (editor.getValue() !== text) editor.setValue(text);
      if (textOfActive !== undefined) variableEditor!.setValue(textOfActive);
      const texts = examples.map((query) => [query, variablesOf(query, values)]);
      localStorage.setItem(storageKey, JSON.stringify(Object.fromEntries(texts)));
    }
  }, [sessionKey, queryEditor, variableEditor, headerEditor, moveTab, run]);
}
