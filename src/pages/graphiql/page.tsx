// Imported first, so that Monaco is part of the page's own script and loads at once with its style sheets.
import 'monaco-graphql/esm/monaco-editor.js';
import '@fontsource/roboto/400-italic.css';
import '@fontsource/roboto/500-italic.css';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import '../shared/styles.js';
import './page.css';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { GraphiQL } from 'graphiql';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import type { GraphiqlInitialState } from '../initial-state.js';
import { gatewayUrl, initialState } from '../shared/initial-state-of-page.js';
import { PageHeader } from '../shared/page-header.js';
import { readFragment } from '../shared/share-link.js';
import { shownTheme } from '../shared/theme/theme.js';
import { TokenCard } from '../shared/token/token-gate.js';
import { untilAsked } from '../shared/token/token-store.js';
import { exampleTabs, useExamples } from './examples/use-examples.js';
import { explorer } from './explorer-plugin.js';
import * as effects from './page-effects.js';
import { ResponsePanes } from './panes/response-panes.js';
import { fetcher } from './response/fetcher.js';
import { ShareButton } from './share-button.js';
import { createTokenlessStorage, storedTab } from './storage.js';
import { startWorkersFrom } from './workers.js';

startWorkersFrom((initialState as GraphiqlInitialState).workers);
const storage = createTokenlessStorage(localStorage);
const shared = readFragment(location.hash);
const tabs = shared === undefined ? exampleTabs : [shared, ...exampleTabs];
const firstTab = shared ?? storedTab(localStorage) ?? tabs[0];
const plugins = [explorer, HISTORY_PLUGIN];

function Companion({ onExamples }: { readonly onExamples: (hasRuns: boolean) => void }) {
  effects.useVerbatimResponses();
  effects.useEditorOptions();
  effects.useSchemaOfToken();
  effects.useSchemaAfterOutage();
  effects.useClearedError();
  effects.useSharedLinks();
  effects.usePageTheme();
  useExamples(onExamples);
  return null;
}

function Page() {
  const [isWithoutRuns, setWithoutRuns] = useState(false);
  return (
    <>
      <PageHeader current="graphql" />
      <TokenCard />
      {isWithoutRuns && <EmptyExamples />}
      <main>
        <h1 className="visually-hidden">GraphiQL</h1>
        <GraphiQL
          fetcher={fetcher}
          storage={storage}
          plugins={plugins}
          shouldPersistHeaders={false}
          {...(tabs.length > 0 && { defaultTabs: tabs })}
          {...(firstTab && { initialQuery: firstTab.query, initialVariables: firstTab.variables ?? '' })}
          defaultEditorToolsVisibility="variables"
          forcedTheme={shownTheme()}
          inputValueDeprecation
          schemaDescription
        >
          <GraphiQL.Logo>{null}</GraphiQL.Logo>
          <GraphiQL.Toolbar>
            {({ prettify, copy, merge }) => (
              <>
                <ShareButton />
                {prettify}
                {merge}
                {copy}
              </>
            )}
          </GraphiQL.Toolbar>
          <GraphiQL.Footer>
            <ResponsePanes />
          </GraphiQL.Footer>
          <Companion onExamples={(hasRuns) => setWithoutRuns(!hasRuns)} />
        </GraphiQL>
      </main>
    </>
  );
}

/** Explains why the examples have empty ids. */
function EmptyExamples() {
  return (
    <p className="notice examples-notice" role="status">
      You see no runs yet, so the ids in the examples are empty.{' '}
      {initialState.hasRuns && (
        <>
          <a href={gatewayUrl('runs').href}>Runs</a> leads to the first one.
        </>
      )}
    </p>
  );
}

async function showPage(root: HTMLElement) {
  // Monaco measures its characters only once. With the widths of the fallback font, the cursor would be misplaced.
  await Promise.all([document.fonts.load('14px "Fira Code"'), untilAsked()]);
  createRoot(root).render(<Page />);
}

showPage(document.getElementById('page')!);
