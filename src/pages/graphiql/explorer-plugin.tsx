import type { GraphiQLPlugin } from '@graphiql/react';
import { lazyComponent } from '../shared/lazy-component.js';

/** Loaded when it is first opened. */
const Explorer = lazyComponent(async () => {
  const [{ explorerPlugin }] = await Promise.all([
    import('@graphiql/plugin-explorer'),
    import('@graphiql/plugin-explorer/style.css'),
  ]);
  return explorerPlugin({ showAttribution: false }).content;
});

/** Lets users build operations by selecting fields. */
export const explorer: GraphiQLPlugin = {
  title: 'Explorer',
  icon: () => (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.6" aria-hidden="true">
      <path d="M4 6l1.5 1.5L8 5M4 12.5L5.5 14 8 11.5M4 19l1.5 1.5L8 18M12 6.5h8M12 13h8M12 19.5h8" />
    </svg>
  ),
  content: Explorer,
};
