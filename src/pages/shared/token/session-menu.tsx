import { useRef, useState } from 'react';
import { lazyComponent } from '../lazy-component.js';
import { nameOf } from './token-owner.js';
import { useSession, useTokens } from './token-store.js';

const SessionPanel = lazyComponent(() =>
  import('../session-panel/session-panel.js').then((module) => module.SessionPanel),
);

const menuId = 'session-menu';

interface SessionMenuProps {
  /** Whether the menu is shown even without an accepted token. */
  readonly isOptional: boolean;
}

/** The user whose token the page uses. A menu shows its access and expiry, and ways to change it. */
export function SessionMenu({ isOptional }: SessionMenuProps) {
  const tokens = useTokens();
  const session = useSession();
  const menu = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const isReady = session === 'ready';
  if (!isReady && (!isOptional || session === 'asking')) return null;
  const name = isReady ? nameOf(tokens) : 'Not signed in';
  return (
    // Esc closes only the menu, not what the page has open.
    // biome-ignore lint/a11y/noStaticElementInteractions: it handles no key itself.
    <div
      className="session screen-only"
      onKeyDown={(event) => isOpen && event.key === 'Escape' && event.stopPropagation()}
    >
      <button type="button" className="session-button" popoverTarget={menuId} title={name}>
        <PersonIcon />
        <span className="session-name one-line">{name}</span>
      </button>
      <div
        ref={menu}
        id={menuId}
        className="session-menu card small"
        popover="auto"
        role="dialog"
        aria-label="Session"
        onToggle={({ newState }) => setOpen(newState === 'open')}
      >
        {isOpen && <SessionPanel name={name} isReady={isReady} onToken={() => menu.current?.hidePopover()} />}
      </div>
    </div>
  );
}

function PersonIcon() {
  return (
    <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
      <circle cx="10" cy="6.5" r="3.5" />
      <path d="M3 17.5c.6-4 3.4-6 7-6s6.4 2 7 6" />
    </svg>
  );
}
