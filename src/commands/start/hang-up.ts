import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { isatty } from 'node:tty';

interface HangUpActions {
  readonly reload: () => void;
  readonly end: (reason: string) => void;
}

/** Calls one of both at SIGHUP: it means a reload, unless the terminal that the process was started from has gone. */
export function onHangUp({ reload, end }: HangUpActions): void {
  const terminals = [0, 1, 2].filter((fd) => isatty(fd));
  process.on('SIGHUP', () => {
    const closedTerminals = terminals.filter((fd) => !isatty(fd));
    if (closedTerminals.length === 0) return reload();
    // Whatever is written there now fails, and Node.js aborts when it cannot restore a terminal at its end.
    for (const fd of closedTerminals) {
      closeSync(fd);
      // Takes the number that has become free.
      openSync(devNull, 'r+');
      terminals.splice(terminals.indexOf(fd), 1);
    }
    end('the terminal has gone');
  });
}
