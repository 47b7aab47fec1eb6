import pg from 'pg';

/** The members of a `pg` client that identify its session to the server. The types of `pg` omit them. */
export interface CancelTarget {
  readonly host: string;
  readonly port: number;
  readonly processID: number | null;
  readonly secretKey: number | null;
  readonly ssl: unknown;
}

interface ProtocolConnection extends NodeJS.EventEmitter {
  readonly stream: { destroy(): void };
  connect(portOrPath: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processID: number, secretKey: number): void;
}

const Connection = pg.Connection as unknown as new (options: { ssl: unknown }) => ProtocolConnection;

/**
 * Requests the cancellation of the session's statement on a separate connection, with TLS if the client uses it.
 * Resolves once the server has closed that connection, which it does after signalling the session. Never rejects: a
 * request that does not arrive has no effect.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS
 */
export function sendCancelRequest(target: CancelTarget, timeoutMs: number): Promise<void> {
  const { host, port, processID, secretKey, ssl } = target;
  if (processID === null || secretKey === null) return Promise.resolve();
  return new Promise((resolve) => {
    const connection = new Connection({ ssl });
    const done = () => {
      clearTimeout(timer);
      connection.stream.destroy();
      resolve();
    };
    const timer = setTimeout(done, timeoutMs);
    const cancel = () => connection.cancel(processID, secretKey);
    connection.on('connect', () => {
      if (ssl) connection.requestSsl();
      else cancel();
    });
    connection.on('sslconnect', cancel);
    connection.on('error', done);
    connection.on('end', done);
    if (host.startsWith('/')) connection.connect(`${host}/.s.PGSQL.${port}`);
    else connection.connect(port, host);
  });
}
