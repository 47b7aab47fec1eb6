import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Parameters, SessionAttributes, SslMode } from './parameters.js';

export interface Host {
  /** A name, an address, or the folder of a Unix socket, which begins with `/`. */
  readonly host: string;
  readonly port: number;
}

export interface TlsParameters {
  readonly mode: Exclude<SslMode, 'disable'>;
  /** The paths of PEM files. */
  readonly rootCertificate: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  /** The passphrase of the key. */
  readonly passphrase: string | undefined;
}

/** The servers to connect to, and the settings for that. */
export interface ConnectionTarget {
  /** In the order in which they are tried. */
  readonly hosts: readonly Host[];
  readonly user: string;
  readonly database: string;
  /** The password; `undefined` if it is in the password file. */
  readonly password: string | undefined;
  /** `undefined` if none is configured and the user has no home folder, as in many containers. */
  readonly passwordFile: string | undefined;
  readonly applicationName: string | undefined;
  readonly options: string | undefined;
  /** The time limit for connecting to one host; `undefined` means no limit. */
  readonly connectTimeoutMs: number | undefined;
  /** `undefined` means no TLS. */
  readonly tls: TlsParameters | undefined;
  readonly channelBinding: 'disable' | 'prefer' | 'require';
  readonly sessionAttributes: SessionAttributes;
}

/** @throws Error that names contradictory parameters, as the end of a sentence */
export function toConnectionTarget(values: Parameters): ConnectionTarget {
  const user = values.user ?? systemUser();
  const seconds = Number(values.connect_timeout ?? 0);
  return {
    hosts: toHosts(values),
    user,
    database: values.dbname ?? user,
    password: values.password,
    passwordFile: values.passfile ?? passwordFileAtHome(),
    applicationName: values.application_name,
    options: values.options,
    connectTimeoutMs: seconds === 0 ? undefined : seconds * 1000,
    tls: toTls(values),
    channelBinding: (values.channel_binding ?? 'disable') as ConnectionTarget['channelBinding'],
    sessionAttributes: (values.target_session_attrs ?? 'any') as SessionAttributes,
  };
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    throw new Error('has no user, and the user of the process has no name.');
  }
}

function passwordFileAtHome(): string | undefined {
  try {
    return join(homedir(), '.pgpass');
  } catch {
    return undefined;
  }
}

function toHosts({ host = '', port = '' }: Parameters): readonly Host[] {
  const hosts = host.split(',');
  const ports = port.split(',');
  if (ports.length > 1 && ports.length !== hosts.length) {
    throw new Error(`has ${hosts.length} hosts, but ${ports.length} ports.`);
  }
  return hosts.map((name, index) => ({
    host: name || 'localhost',
    port: Number((ports.length > 1 ? ports[index] : ports[0]) || 5432),
  }));
}

function toTls(values: Parameters): TlsParameters | undefined {
  const { sslrootcert, sslcert, sslkey, sslpassword, channel_binding } = values;
  const isSystem = sslrootcert === 'system';
  const mode = (values.sslmode ?? (isSystem ? 'verify-full' : 'disable')) as SslMode;
  if (mode === 'disable') {
    const [name] = Object.entries({ sslrootcert, sslcert, sslkey }).find(([, value]) => value !== undefined) ?? [];
    if (name !== undefined && values.sslmode === undefined)
      throw new Error(`has ${name}, but no sslmode, so connections would not be encrypted.`);
    if (channel_binding === 'require') throw new Error('has channel_binding=require, but no sslmode.');
    return undefined;
  }
  if (isSystem && mode !== 'verify-full')
    throw new Error('has sslrootcert=system, which requires sslmode=verify-full.');
  if (mode === 'verify-ca' && sslrootcert === undefined) {
    throw new Error('has sslmode=verify-ca, but no sslrootcert. Set sslrootcert to the CA, or use verify-full.');
  }
  if ((sslcert === undefined) !== (sslkey === undefined)) throw new Error('must have both sslcert and sslkey.');
  return {
    // libpq does the same, because configuring a CA implies verification.
    mode: mode === 'require' && sslrootcert !== undefined ? 'verify-ca' : mode,
    rootCertificate: isSystem ? undefined : sslrootcert,
    certificate: sslcert,
    key: sslkey,
    passphrase: sslpassword,
  };
}
