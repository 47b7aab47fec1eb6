import './menu.css';
import { useEffect, useRef } from 'react';

interface MenuProps {
  readonly title: string;
  /** The field whose value the title is, for screen readers. */
  readonly name?: string;
  /** The name of its content, for screen readers. */
  readonly legend: string;
  readonly className?: string;
  readonly children: React.ReactNode;
}

const searchField = 'fieldset > [type=search]';

/**
 * A button that opens a menu. Only one menu is open at a time. Esc or a click elsewhere closes it. Opening it focuses its
 * search field.
 */
export function Menu({ title, name, legend, className = '', children }: MenuProps) {
  const menu = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const element = menu.current!;
    const onPointer = ({ target }: Event) => {
      if (!element.contains(target as Node)) element.open = false;
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !element.open) return;
      // The page also uses this key.
      event.stopPropagation();
      element.open = false;
      element.querySelector('summary')!.focus();
    };
    document.addEventListener('pointerdown', onPointer);
    document.addEventListener('keydown', onKey, true);
    return () => {
      document.removeEventListener('pointerdown', onPointer);
      document.removeEventListener('keydown', onKey, true);
    };
  }, []);
  return (
    <details
      ref={menu}
      name="menu"
      className={`menu screen-only ${className}`}
      onToggle={({ currentTarget: { open } }) => open && menu.current!.querySelector<HTMLElement>(searchField)?.focus()}
    >
      <summary className="as-button" aria-label={name && `${name}: ${title}`} title={name && title}>
        {name === undefined ? title : <span className="one-line">{title}</span>}
      </summary>
      <fieldset className="card">
        <legend className="visually-hidden">{legend}</legend>
        {children}
      </fieldset>
    </details>
  );
}
