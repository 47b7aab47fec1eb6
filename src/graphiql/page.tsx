// First to be imported: with it in the page's own script, Monaco and its style sheets load at once.
import 'monaco-graphql/esm/monaco-editor.js';
import '@fontsource/roboto/400.css';
import '@fontsource/roboto/400-italic.css';
import '@fontsource/roboto/500.css';
import '@fontsource/roboto/500-italic.css';
import '@fontsource/fira-code/400.css';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './page.css';
import { tryParseJSONC } from '@graphiql/react';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { toHeadersText } from './bearer-token.js';
import { createFetcher } from './fetcher.js';
import type { GraphiqlInitialState } from './initial-state.js';
import { useErrorCleared, useSchemaOfToken, useSystemTheme } from './page-effects.js';
import { storedTab } from './stored-tab.js';
import { TokenBox } from './token-box.js';
import { createTokenlessStorage } from './tokenless-storage.js';
import { startWorkersFrom } from './workers.js';

const state: GraphiqlInitialState = JSON.parse(document.getElementById('initial-state')?.textContent ?? '');
startWorkersFrom(state.workers);
const headersText = toHeadersText(state.demoTokens[0]?.token ?? '');
const storage = createTokenlessStorage(localStorage, headersText);
const firstTab = storedTab(localStorage) ?? state.tabs[0];
// GraphiQL asks for the schema before its headers editor is there; from then on the editor alone decides.
let headersBeforeEditor = tryParseJSONC(headersText) ?? {};
const fetcher = createFetcher(() => headersBeforeEditor);

const forgetHeadersBeforeEditor = () => {
  headersBeforeEditor = {};
};

function Companion() {
  useSchemaOfToken(forgetHeadersBeforeEditor);
  useErrorCleared();
  useSystemTheme();
  return null;
}

async function showPage(root: HTMLElement) {
  // Monaco measures its characters once: with the fallback's widths the cursor would stand beside the text.
  await document.fonts.load('15px "Fira Code"');
  createRoot(root).render(
    <GraphiQL
      fetcher={fetcher}
      storage={storage}
      shouldPersistHeaders={false}
      defaultHeaders={headersText}
      {...(state.tabs.length > 0 && { defaultTabs: state.tabs.map((tab) => ({ ...tab, headers: headersText })) })}
      {...(firstTab && { initialQuery: firstTab.query, initialVariables: firstTab.variables ?? '' })}
      defaultEditorToolsVisibility="headers"
      inputValueDeprecation
      schemaDescription
    >
      <GraphiQL.Logo>
        <TokenBox demoTokens={state.demoTokens} />
      </GraphiQL.Logo>
      <Companion />
    </GraphiQL>,
  );
}

showPage(document.getElementById('graphiql')!);
