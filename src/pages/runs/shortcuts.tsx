import './shortcuts.css';
import { useEffect, useRef } from 'react';

export interface Shortcut {
  /** Values of `KeyboardEvent.key`. */
  readonly keys: readonly string[];
  readonly description: string;
  /** If omitted, the focused element handles the key. */
  readonly run?: () => void;
}

/** The keyboard shortcuts of a page, and `?`, which shows them. Keys typed into a field are text. */
export function Shortcuts({ shortcuts }: { readonly shortcuts: readonly Shortcut[] }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const newest = useRef(shortcuts);
  newest.current = shortcuts;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector('dialog:modal') !== null) return;
      if (event.key === '?') dialog.current?.showModal();
      const shortcut = newest.current.find(({ keys }) => keys.includes(event.key));
      if (shortcut?.run === undefined) return;
      event.preventDefault();
      shortcut.run();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <button type="button" className="shortcuts-button screen-only" onClick={() => dialog.current?.showModal()}>
        Keys <kbd>?</kbd>
      </button>
      <dialog ref={dialog} className="shortcuts card" aria-label="Keys of this page">
        <h2>Keys of this page</h2>
        <dl>
          {shortcuts.map(({ keys, description }) => (
            <div key={description}>
              <dt>
                {keys.map((key) => (
                  <kbd key={key}>{key === ' ' ? 'Space' : key.replace('Arrow', '')}</kbd>
                ))}
              </dt>
              <dd>{description}</dd>
            </div>
          ))}
          <div>
            <dt>
              <kbd>Tab</kbd> <kbd>Enter</kbd>
            </dt>
            <dd>what can be reached, one after another; open it</dd>
          </div>
        </dl>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </dialog>
    </>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest('input:not([type=checkbox]), textarea, select, audio, video') !== null
  );
}
