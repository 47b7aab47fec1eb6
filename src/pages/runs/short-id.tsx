import './short-id.css';
import { CopyButton } from '../shared/copy-button.js';
import { shortId } from '../shared/format/format-id.js';
import { Icon } from './icon.js';

interface ShortIdProps {
  readonly id: string;
  /** The name of the id, for screen readers. */
  readonly label: string;
  /** Shown instead of the end of the id. */
  readonly children?: React.ReactNode;
}

/**
 * A name or the end of an id, with the complete id in its title. A button that copies the id appears on hover and focus.
 */
export function ShortId({ id, label, children = shortId(id) }: ShortIdProps) {
  return (
    <span className="short-id number">
      <span className="one-line" title={id}>
        {children}
      </span>
      <CopyButton text={() => id} label={label}>
        <Icon name="copy" />
      </CopyButton>
    </span>
  );
}
