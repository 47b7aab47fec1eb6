import './header-tools.css';
import { useState } from 'react';
import { lazyComponent } from '../shared/lazy-component.js';
import { useSession } from '../shared/token/token-store.js';
import { Icon } from './icon.js';
import { paletteKey } from './keys/key-press.js';
import type { Shortcut } from './keys/shortcuts.js';
import { useKeys } from './keys/use-keys.js';
import { navigate, urlOf } from './navigation.js';

const Palette = lazyComponent(() => import('./palette/palette.js').then((module) => module.Palette));
const KeysDialog = lazyComponent(() => import('./keys/keys-dialog.js').then((module) => module.KeysDialog));

interface HeaderToolsProps {
  /** Parameters that links to other pages keep, such as the scope. */
  readonly params: URLSearchParams;
}

/** Opens the palette and the list of keys, on every page. */
export function HeaderTools({ params }: HeaderToolsProps) {
  const [opened, setOpened] = useState<'palette' | 'keys'>();
  const isReady = useSession() === 'ready';
  const close = () => setOpened(undefined);
  const shortcuts = commonShortcutsOf(params, setOpened);
  useKeys(isReady ? shortcuts : noShortcuts);
  if (!isReady) return null;
  return (
    <div className="header-tools screen-only">
      <button
        type="button"
        className="ghost icon-button"
        aria-label="Go to"
        title={`Go to a project, task, run or page (${paletteKey})`}
        onClick={() => setOpened('palette')}
      >
        <Icon name="search" />
      </button>
      <button
        type="button"
        className="ghost icon-button keys-button"
        aria-label="Keyboard shortcuts"
        title="Keyboard shortcuts (?)"
        onClick={() => setOpened('keys')}
      >
        ?
      </button>
      {opened === 'palette' && <Palette params={params} onClose={close} />}
      {opened === 'keys' && <KeysDialog commonShortcuts={shortcuts} onClose={close} />}
    </div>
  );
}

const noShortcuts: readonly Shortcut[] = [];

function commonShortcutsOf(params: URLSearchParams, open: (tool: 'palette' | 'keys') => void): readonly Shortcut[] {
  return [
    { keys: [paletteKey, '/'], description: 'go to a project, task, run, view or page', run: () => open('palette') },
    { keys: ['g h'], description: 'home', run: () => navigate(urlOf('')) },
    { keys: ['g r'], description: 'runs', run: () => navigate(urlOf('runs', params)) },
    { keys: ['g s'], description: 'statistics', run: () => navigate(urlOf('runs/statistics', params)) },
    { keys: ['?'], description: 'keyboard shortcuts', run: () => open('keys') },
  ];
}
