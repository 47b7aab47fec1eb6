import { useState } from 'react';
import { CopyButton } from '../../shared/copy-button.js';
import { Menu } from '../menu.js';
import { urlOf } from '../navigation.js';
import { removeView, saveView, useViews, viewParamsOf } from './views.js';

/**
 * Named views in this browser, and a link to the current one. @param params those of the URL, with the columns shown
 */
export function ViewMenu({ params }: { readonly params: URLSearchParams }) {
  const views = useViews();
  const [name, setName] = useState('');
  const present = viewParamsOf(params);
  const save = () => {
    if (name.trim() === '') return;
    saveView(views, { name: name.trim(), search: present.toString() });
    setName('');
  };
  return (
    <Menu title="Views" legend="Views of the list" className="view-menu">
      {views.map((view) => (
        <div key={view.name} className="view">
          <a
            href={urlOf('runs', new URLSearchParams(view.search))}
            aria-current={view.search === present.toString() ? 'true' : undefined}
          >
            {view.name}
          </a>
          <button
            type="button"
            className="link"
            aria-label={`Remove the view ${view.name}`}
            onClick={() => removeView(views, view.name)}
          >
            ×
          </button>
        </div>
      ))}
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
      <CopyButton text={() => urlOf('runs', present)} label="link">
        Copy link
      </CopyButton>
    </Menu>
  );
}
