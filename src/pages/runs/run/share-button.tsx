import { useState } from 'react';
import { isWithheld } from '../../shared/api/error-sentence.js';
import { useQuery } from '../../shared/api/use-query.js';
import { initialState } from '../../shared/initial-state-of-page.js';
import { lazyComponent } from '../../shared/lazy-component.js';
import { Icon } from '../icon.js';
import { shareRightsQuery } from '../operations.js';
import type { RunPath } from '../run-url.js';

const ShareDialog = lazyComponent(() => import('./share-dialog.js').then((module) => module.ShareDialog));

/** A button for callers who may share runs of the task. */
export function ShareButton({ path }: { readonly path: RunPath }) {
  const [isOpen, setOpen] = useState(false);
  const { response } = useQuery(shareRightsQuery, path);
  if (!response?.data?.viewer?.can) return null;
  const allowsPayload = initialState.sharing!.allowsPayload && !response.errors.some(isWithheld);
  return (
    <>
      <button type="button" className="ghost" onClick={() => setOpen(true)}>
        <Icon name="share" /> Share
      </button>
      {isOpen && <ShareDialog path={path} allowsPayload={allowsPayload} onClose={() => setOpen(false)} />}
    </>
  );
}
