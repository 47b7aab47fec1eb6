import './palette.css';
import { useEffect, useMemo, useRef, useState } from 'react';
import { gatewayUrl } from '../../shared/initial-state-of-page.js';
import { useLocation } from '../navigation.js';
import { useRecentScopes } from '../scope/scope.js';
import { scopeParameters } from '../scope/scope-params.js';
import { useOrganizations, useTasks, type VisibleOrganization } from '../scope/viewer.js';
import { pageOf, useViews } from '../views/views.js';
import { itemsFor, namedItems, type PaletteItem, searchedScopes } from './palette-items.js';

export interface PaletteProps {
  /** Parameters that links to pages about runs keep. */
  readonly params: URLSearchParams;
  /** Goes to the URL of the chosen entry. */
  readonly onOpen: (url: string) => void;
  readonly onClose: () => void;
}

/** Goes to a project, task, run, view or page by its name or id. The arrow keys select, and Enter opens. */
export function Palette({ params, onOpen, onClose }: PaletteProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState('');
  const [selected, setSelected] = useState(0);
  useEffect(() => dialog.current!.showModal(), []);
  const organizations = useOrganizations();
  const named = useNamedItems(params, organizations);
  const items = itemsFor(text, named, searchedScopes(scopeOnly(params), organizations));
  const open = ({ address }: PaletteItem) => {
    dialog.current!.close();
    onOpen(gatewayUrl(address).href);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: items.length - 1 }[event.key];
    const isOpeningKey = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey);
    if (step !== undefined) setSelected((selected + step) % items.length);
    else if (event.key === 'Enter' && items[selected]) open(items[selected]);
    else if (isOpeningKey) dialog.current!.close();
    else return;
    event.preventDefault();
  };
  return (
    <dialog
      ref={dialog}
      className="palette card"
      aria-label="Go to"
      onClose={onClose}
      // Closes on a click outside of the content.
      onPointerDown={({ target }) => target === dialog.current && dialog.current.close()}
    >
      <div className="palette-content">
        <input
          // With the type search, Esc would only clear the field.
          type="text"
          role="combobox"
          aria-label="Go to"
          aria-expanded="true"
          aria-controls="palette-items"
          aria-activedescendant={items.length > 0 ? optionId(selected) : undefined}
          aria-autocomplete="list"
          placeholder="Project, task, run id, view or page"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={({ target }) => {
            setText(target.value);
            setSelected(0);
          }}
          onKeyDown={onKeyDown}
        />
        <Options items={items} selected={selected} onOpen={open} />
      </div>
    </dialog>
  );
}

function useNamedItems(params: URLSearchParams, organizations: readonly VisibleOrganization[]): readonly PaletteItem[] {
  const { path } = useLocation();
  const projects = useMemo(() => organizations.flatMap((organization) => organization.projects), [organizations]);
  const tasks = useTasks(projects);
  const views = useViews();
  const recent = useRecentScopes();
  const search = params.toString();
  return useMemo(
    () =>
      namedItems({
        path: path === 'runs/statistics' ? path : 'runs',
        params: new URLSearchParams(search),
        organizations,
        tasks,
        views: views.map((view) => ({ ...view, path: pageOf(view) })),
        recent,
      }),
    [path, search, organizations, tasks.length, views, recent],
  );
}

function scopeOnly(params: URLSearchParams): URLSearchParams {
  const names: readonly string[] = scopeParameters;
  return new URLSearchParams([...params].filter(([name]) => names.includes(name)));
}

function optionId(index: number): string {
  return `palette-item-${index}`;
}

interface OptionsProps {
  readonly items: readonly PaletteItem[];
  readonly selected: number;
  readonly onOpen: (item: PaletteItem) => void;
}

/** The focus stays in the field, which names the selected option. */
function Options({ items, selected, onOpen }: OptionsProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current!.children[selected]?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  return (
    <div ref={list} id="palette-items" role="listbox" aria-label="Matches" className="palette-items">
      {items.map((item, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field handles keys.
        <div
          key={`${item.kind} ${item.address}`}
          id={optionId(index)}
          role="option"
          tabIndex={-1}
          className="palette-item"
          aria-selected={index === selected}
          onClick={() => onOpen(item)}
        >
          <span className="palette-name">
            {item.name}
            {item.note && <span className="faint"> {item.note}</span>}
          </span>
          <span className="faint">{item.kind}</span>
        </div>
      ))}
    </div>
  );
}
