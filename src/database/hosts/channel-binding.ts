import type { Connection } from 'pg';

const message = 'The server does not support channel binding, which channel_binding=require requires.';

/**
 * Ends a connection unless the server authenticates the client with SCRAM bound to its TLS certificate. The driver
 * itself uses channel binding only if the server offers it, and otherwise continues without it.
 */
export function requireChannelBinding(connection: Connection): void {
  let isBound = false;
  const rejectConnection = () => {
    // Ends the socket as well, because the server's next messages may have arrived already.
    connection.emit('error', new Error(message));
    connection.stream.destroy();
  };
  connection.on('authenticationSASL', ({ mechanisms }: { readonly mechanisms: readonly string[] }) => {
    if (!mechanisms.includes('SCRAM-SHA-256-PLUS')) rejectConnection();
  });
  connection.on('authenticationCleartextPassword', rejectConnection);
  connection.on('authenticationMD5Password', rejectConnection);
  connection.on('authenticationSASLFinal', () => {
    isBound = true;
  });
  connection.on('authenticationOk', () => {
    if (!isBound) rejectConnection();
  });
}
