import { useState } from 'react';
import { lazyComponent } from '../shared/lazy-component.js';
import { useSession } from '../shared/token/token-store.js';
import { Icon } from './icon.js';
import { paletteKey } from './keys/key-press.js';
import type { Shortcut } from './keys/shortcuts.js';
import { useKeys } from './keys/use-keys.js';
import { urlOf } from './navigation.js';
import type { PaletteProps } from './palette/palette.js';

const KeysDialog = lazyComponent(() => import('./keys/keys-dialog.js').then((module) => module.KeysDialog));

interface HeaderToolsProps {
  /** Parameters that links to other pages keep, such as the scope. */
  readonly params: URLSearchParams;
  readonly Palette: React.ComponentType<PaletteProps>;
  /** Goes to a page of the gateway. */
  readonly open: (url: string) => void;
}

/** Opens the palette and the list of keys. */
export function HeaderTools({ params, Palette, open }: HeaderToolsProps) {
  const [opened, setOpened] = useState<'palette' | 'keys'>();
  const isReady = useSession() === 'ready';
  const close = () => setOpened(undefined);
  const shortcuts = commonShortcutsOf(params, setOpened, open);
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
      {opened === 'palette' && <Palette params={params} onOpen={open} onClose={close} />}
      {opened === 'keys' && <KeysDialog commonShortcuts={shortcuts} onClose={close} />}
    </div>
  );
}

const noShortcuts: readonly Shortcut[] = [];

function commonShortcutsOf(
  params: URLSearchParams,
  show: (tool: 'palette' | 'keys') => void,
  open: (url: string) => void,
): readonly Shortcut[] {
  return [
    { keys: [paletteKey, '/'], description: 'go to a project, task, run, view or page', run: () => show('palette') },
    { keys: ['g h'], description: 'home', run: () => open(urlOf('')) },
    { keys: ['g r'], description: 'runs', run: () => open(urlOf('runs', params)) },
    { keys: ['g s'], description: 'statistics', run: () => open(urlOf('runs/statistics', params)) },
    { keys: ['?'], description: 'keyboard shortcuts', run: () => show('keys') },
  ];
}
