// The connection parameters of PostgreSQL's own clients, each with its environment variable:
// https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS

interface Parameter {
  /** The equivalent environment variable. */
  readonly variable?: string;
  /** Throws an error for an invalid value. Its message is the end of a sentence. */
  readonly check?: (value: string) => void;
}

export const sslModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof sslModes)[number];

export const sessionAttributes = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const;
export type SessionAttributes = (typeof sessionAttributes)[number];

const parameters = {
  host: { variable: 'PGHOST' },
  port: { variable: 'PGPORT', check: checkPorts },
  dbname: { variable: 'PGDATABASE' },
  user: { variable: 'PGUSER' },
  password: { variable: 'PGPASSWORD' },
  passfile: { variable: 'PGPASSFILE' },
  application_name: { variable: 'PGAPPNAME' },
  options: { variable: 'PGOPTIONS' },
  connect_timeout: { variable: 'PGCONNECT_TIMEOUT', check: checkSeconds },
  sslmode: { variable: 'PGSSLMODE', check: checkSslMode },
  sslrootcert: { variable: 'PGSSLROOTCERT' },
  sslcert: { variable: 'PGSSLCERT' },
  sslkey: { variable: 'PGSSLKEY' },
  sslpassword: {},
  channel_binding: { variable: 'PGCHANNELBINDING', check: oneOf(['disable', 'prefer', 'require']) },
  target_session_attrs: { variable: 'PGTARGETSESSIONATTRS', check: oneOf(sessionAttributes) },
} as const satisfies Readonly<Record<string, Parameter>>;

/** Parameters of libpq that are not supported. Their faults are the ends of sentences. */
export const unsupportedParameters = {
  sslnegotiation: {
    variable: 'PGSSLNEGOTIATION',
    fault: 'is not supported. Remove it: only sslmode decides whether connections are encrypted.',
  },
  load_balance_hosts: {
    variable: 'PGLOADBALANCEHOSTS',
    fault: 'is not supported. Remove it: reads are spread over the replicas in DATABASE_REPLICA_URLS.',
  },
} as const;

export type ParameterName = keyof typeof parameters;

/** The values of the given parameters. */
export type Parameters = Readonly<Partial<Record<ParameterName, string>>>;

export const parameterNames = Object.keys(parameters) as readonly ParameterName[];

export function isParameterName(name: string): name is ParameterName {
  return Object.hasOwn(parameters, name);
}

export function variableOf(name: ParameterName): string | undefined {
  const { variable }: Parameter = parameters[name];
  return variable;
}

/** @throws Error for an invalid value, whose message is the end of a sentence */
export function checkParameter(name: ParameterName, value: string): void {
  const { check }: Parameter = parameters[name];
  check?.(value);
}

function oneOf(choices: readonly string[]): (value: string) => void {
  return (value) => {
    if (!choices.includes(value)) throw new Error(`is not one of ${choices.join(', ')}.`);
  };
}

function checkSslMode(mode: string): void {
  if (mode === 'allow' || mode === 'prefer') {
    throw new Error(
      `is ${mode}, which lets anyone on the network turn encryption off. Use one of ${sslModes.join(', ')}.`,
    );
  }
  oneOf(sslModes)(mode);
}

/** Accepts one port per host, or one for all hosts. An empty one stands for the default. */
function checkPorts(list: string): void {
  for (const port of list.split(',')) {
    const isPort = /^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535;
    if (port !== '' && !isPort) throw new Error('is not an integer from 1 to 65535.');
  }
}

function checkSeconds(text: string): void {
  if (!/^\d{1,6}$/.test(text)) throw new Error('is not an integer number of seconds.');
}
