import './message-list.css';
import { countOf } from '../../shared/format/format-quantity.js';
import { Icon } from '../icon.js';
import type { Outline } from '../values/outline.js';
import type { ReachedMessage } from '../values/reached-message.js';

interface MessageListProps {
  readonly outline: Outline;
  readonly onReach: (message: ReachedMessage) => void;
}

/** The messages of a conversation, one line each, which lead to the message. */
export function MessageList({ outline: { source, items }, onReach }: MessageListProps) {
  const reach = (index: number) => onReach({ source, index });
  return (
    <nav className="message-list panel screen-only" aria-label="Messages">
      <header className="row">
        <h2>{countOf(items.length, 'message')}</h2>
        <button type="button" className="ghost small" onClick={() => reach(items.length - 1)}>
          last <Icon name="down" />
        </button>
      </header>
      <ol className="bare-list">
        {items.map(({ role, text }, index) => (
          <li key={index}>
            <button type="button" className="bare" onClick={() => reach(index)}>
              <span className={`message-mark ${role}`} />
              <span className="faint">{role}</span>
              <span className="one-line">{text}</span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
