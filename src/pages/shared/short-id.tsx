import './short-id.css';
import { CopyButton } from './copy-button.js';
import { shortId } from './format/format-id.js';

interface ShortIdProps {
  readonly id: string;
  /** The name of the id, for screen readers. */
  readonly label: string;
  /** Shown instead of the end of the id. */
  readonly children?: React.ReactNode;
}

/** A name or the end of an id, with the complete id in its title and a button that copies it. */
export function ShortId({ id, label, children = shortId(id) }: ShortIdProps) {
  return (
    <span className="short-id number">
      <span title={id}>{children}</span>
      <CopyButton text={() => id} label={label}>
        Copy
      </CopyButton>
    </span>
  );
}
