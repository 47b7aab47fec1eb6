import { createContext } from 'react';

export interface ReachedMessage {
  /** The JSON text of the conversation. */
  readonly source: string;
  readonly index: number;
}

/** The message to which a list of messages has led; a new object for each time. */
export const ReachedMessageContext = createContext<ReachedMessage | undefined>(undefined);
