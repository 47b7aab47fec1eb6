import './keys-dialog.css';
import { useEffect, useRef } from 'react';
import { paletteKey } from './key-press.js';
import { type Shortcut, shortcutsOfPage } from './shortcuts.js';

interface KeysDialogProps {
  readonly commonShortcuts: readonly Shortcut[];
  readonly onClose: () => void;
}

/** Lists the keyboard shortcuts of the page, and those of every page. */
export function KeysDialog({ commonShortcuts, onClose }: KeysDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current!.showModal(), []);
  const pageShortcuts = shortcutsOfPage();
  const replaced = new Set(pageShortcuts.flatMap(({ keys }) => keys));
  const others = commonShortcuts.map((shortcut) => ({
    ...shortcut,
    keys: shortcut.keys.filter((key) => !replaced.has(key)),
  }));
  return (
    <dialog ref={dialog} className="keys-dialog card" aria-labelledby="keys-title" onClose={onClose}>
      <h2 id="keys-title">Keyboard shortcuts</h2>
      <div className="keys-columns">
        {pageShortcuts.length > 0 && <KeyList title="This page" shortcuts={pageShortcuts} />}
        <KeyList title="All pages" shortcuts={others} />
      </div>
      <button type="button" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  );
}

function KeyList({ title, shortcuts }: { readonly title: string; readonly shortcuts: readonly Shortcut[] }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {shortcuts.map(({ keys, description }) => (
          <div key={description}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{labelOf(key)}</kbd>
              ))}
            </dt>
            <dd>{description}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const arrows: Readonly<Record<string, string>> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowRight: '→',
  ArrowLeft: '←',
};

function labelOf(key: string): string {
  if (key === paletteKey && /mac/i.test(navigator.platform)) return '⌘ K';
  if (key === 'Escape') return 'Esc';
  return key === ' ' ? 'Space' : (arrows[key] ?? key);
}
