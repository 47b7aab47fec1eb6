import './run-content.css';
import { useState } from 'react';
import { type ReachedMessage, ReachedMessageContext } from '../values/reached-message.js';
import type { Arrangement } from './arrangement.js';
import { MessageList } from './message-list.js';
import { PayloadSkeleton } from './run-skeleton.js';

interface RunBodyProps {
  readonly facts: React.ReactNode;
  /** `undefined` until the input and the output have been read. */
  readonly arrangement: Arrangement | undefined;
  /** @param reached the message to which the list of messages has led */
  readonly renderInput: (reached: ReachedMessage | undefined) => React.ReactNode;
  readonly output: React.ReactNode;
  /** Shown below the input and the output. */
  readonly children: React.ReactNode;
}

/** The input and output of a run, next to its facts and the list of its messages. */
export function RunBody({ facts, arrangement, renderInput, output, children }: RunBodyProps) {
  const [reached, setReached] = useState<ReachedMessage>();
  return (
    <div className="run-body">
      <div className="run-side stack">
        {facts}
        {arrangement?.form === 'conversation' && output}
        {arrangement?.outline && <MessageList outline={arrangement.outline} onReach={setReached} />}
      </div>
      <div className="run-main stack">
        {arrangement === undefined ? (
          <PayloadSkeleton />
        ) : (
          <>
            <ReachedMessageContext value={reached}>
              <div className={`exchange ${arrangement.form}`}>
                {renderInput(reached)}
                {arrangement.form !== 'conversation' && output}
              </div>
            </ReachedMessageContext>
            {children}
          </>
        )}
      </div>
    </div>
  );
}
