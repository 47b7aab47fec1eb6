import { useState } from 'react';
import { CopyButton } from '../../shared/copy-button.js';
import { hasRange, withFixedPeriod } from '../filters/period.js';
import { Menu } from '../menu.js';
import { urlOf } from '../navigation.js';
import { pageOf, removeView, saveView, useViews, type View, type ViewPage, viewParamsOf } from './views.js';

interface ViewMenuProps {
  readonly page: ViewPage;
  /** The parameters of the URL, with those that the page adds to them. */
  readonly params: URLSearchParams;
}

/** Named views of the page in this browser, and a link to the current one. */
export function ViewMenu({ page, params }: ViewMenuProps) {
  const views = useViews();
  const [isFixed, setFixed] = useState(false);
  const present = () => viewParamsOf(isFixed ? withFixedPeriod(params, Date.now()) : params, page);
  return (
    <Menu title="Views" legend={`Views of ${page === 'runs' ? 'the list' : 'statistics'}`} className="view-menu">
      {views
        .filter((view) => pageOf(view) === page)
        .map((view) => (
          <ViewLink key={view.name} view={view} views={views} isCurrent={view.search === present().toString()} />
        ))}
      {!hasRange(params) && (
        <label className="row">
          <input type="checkbox" checked={isFixed} onChange={() => setFixed(!isFixed)} />
          Freeze the time range
        </label>
      )}
      <SaveView onSave={(name) => saveView(views, { name, page, search: present().toString() })} />
      <CopyButton text={() => urlOf(page, present())} label="link">
        Copy link
      </CopyButton>
    </Menu>
  );
}

interface ViewLinkProps {
  readonly view: View;
  readonly views: readonly View[];
  readonly isCurrent: boolean;
}

function ViewLink({ view, views, isCurrent }: ViewLinkProps) {
  return (
    <div className="view">
      <a href={urlOf(pageOf(view), new URLSearchParams(view.search))} aria-current={isCurrent ? 'true' : undefined}>
        {view.name}
      </a>
      <button
        type="button"
        className="link"
        aria-label={`Remove the view ${view.name}`}
        onClick={() => removeView(views, view)}
      >
        ×
      </button>
    </div>
  );
}

function SaveView({ onSave }: { readonly onSave: (name: string) => void }) {
  const [name, setName] = useState('');
  const save = () => {
    if (name.trim() === '') return;
    onSave(name.trim());
    setName('');
  };
  return (
    <>
      <label>
        Save this view as
        <input
          autoComplete="off"
          value={name}
          onChange={({ target }) => setName(target.value)}
          onKeyDown={({ key }) => {
            if (key === 'Enter') save();
          }}
        />
      </label>
      <button type="button" disabled={name.trim() === ''} onClick={save}>
        Save
      </button>
    </>
  );
}
