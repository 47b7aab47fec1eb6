// Decides whether the receiver of `ws` parses the data that has arrived. Pausing only the socket would still leave a
// chunk, which may contain thousands of messages.

/**
 * The parts of the receiver of `ws` for which it has no options: the limit on a message, which changes once a token was
 * accepted, the bytes of incomplete messages, and the parsing of the next message. A test fails if a version no longer
 * has them.
 */
export interface Receiver {
  _maxPayload: number;
  _bufferedBytes: number;
  _messageLength: number;
  readonly _buffers: Buffer[];
  readonly _fragments: Buffer[];
  /** Parses the data that has arrived up to the end of a message, and continues in the next turn of the event loop. */
  startLoop(onParsed: () => void): void;
}

export class ReceiverGate {
  #state: 'open' | 'held' | 'discarding' = 'open';
  #held: (() => void) | undefined;

  constructor(private readonly receiver: Receiver) {
    const parse = receiver.startLoop.bind(receiver);
    receiver.startLoop = (onParsed) => {
      if (this.#state === 'open') return parse(onParsed);
      if (this.#state === 'held') {
        this.#held = () => receiver.startLoop(onParsed);
        return;
      }
      this.#empty();
      onParsed();
    };
  }

  /** Parses no more messages until `release`. */
  hold(): void {
    if (this.#state === 'open') this.#state = 'held';
  }

  release(): void {
    if (this.#state === 'held') this.#continueAs('open');
  }

  /** Stops parsing. Discards messages that have arrived or still arrive. */
  discard(): void {
    this.#empty();
    this.#continueAs('discarding');
  }

  #empty(): void {
    const { receiver } = this;
    receiver._bufferedBytes = receiver._messageLength = 0;
    receiver._buffers.length = receiver._fragments.length = 0;
  }

  #continueAs(state: 'open' | 'discarding'): void {
    this.#state = state;
    const held = this.#held;
    this.#held = undefined;
    held?.();
  }
}
