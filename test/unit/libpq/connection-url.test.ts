import { formatConnectionUrl, parseConnectionUrl } from '../../../src/libpq/connection-url.js';

const faultOf = (url: string): string => {
  try {
    parseConnectionUrl(url);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('A connection URL', () => {
  it.each([
    ['postgres://', {}],
    ['postgresql:///runs', { dbname: 'runs' }],
    ['postgres://db.example', { host: 'db.example' }],
    ['postgres://db.example:6432/runs', { host: 'db.example', port: '6432', dbname: 'runs' }],
    ['postgres://alice@db.example/', { user: 'alice', host: 'db.example' }],
    ['postgres://alice:secret@db.example', { user: 'alice', password: 'secret', host: 'db.example' }],
    ['postgres://[::1]:6432/runs', { host: '::1', port: '6432', dbname: 'runs' }],
    ['postgres:///runs?host=/var/run/postgresql', { dbname: 'runs', host: '/var/run/postgresql' }],
    ['postgres://%2Fvar%2Frun%2Fpostgresql/runs', { host: '/var/run/postgresql', dbname: 'runs' }],
    [
      'postgres:///?host=a&port=1&user=u&password=p&dbname=d',
      { host: 'a', port: '1', user: 'u', password: 'p', dbname: 'd' },
    ],
    [
      'postgres://a/d?sslmode=verify-full&sslrootcert=/etc/ca.pem',
      { host: 'a', dbname: 'd', sslmode: 'verify-full', sslrootcert: '/etc/ca.pem' },
    ],
    ['postgres://a?options=-c%20search_path%3Druns', { host: 'a', options: '-c search_path=runs' }],
  ])('parses: %s', (url, parameters) => {
    expect(parseConnectionUrl(url)).toEqual(parameters);
  });

  it.each([
    ['postgres://h1,h2/d', { host: 'h1,h2', dbname: 'd' }],
    ['postgres://h1:5432,h2:5433/d', { host: 'h1,h2', port: '5432,5433', dbname: 'd' }],
    ['postgres://u:p@h1,[::1]:5433,h3/d', { user: 'u', password: 'p', host: 'h1,::1,h3', port: ',5433,', dbname: 'd' }],
    ['postgres:///d?host=h1,h2&port=1,2', { host: 'h1,h2', port: '1,2', dbname: 'd' }],
  ])('accepts several hosts: %s', (url, parameters) => {
    expect(parseConnectionUrl(url)).toEqual(parameters);
  });

  it.each(['p@ss', 'a:b', 'a/b?c#d', '100%', 'ümlaut', 'with space', 'quote\'"', 'a,b', '%41'])(
    'takes the percent-encoded password %j',
    (password) => {
      expect(parseConnectionUrl(`postgres://u:${encodeURIComponent(password)}@h/d`)).toMatchObject({
        password,
        host: 'h',
      });
    },
  );

  it('accepts an @ in a password', () => {
    expect(parseConnectionUrl('postgres://u:p@ss@h/d')).toEqual({
      user: 'u',
      password: 'p@ss',
      host: 'h',
      dbname: 'd',
    });
  });

  it('survives being formatted and parsed', () => {
    const parameters = { host: '/run/a,h2', port: '1,2', user: 'ü&=', password: '100%+@:/?#', dbname: 'a b' };
    expect(parseConnectionUrl(formatConnectionUrl(parameters))).toEqual(parameters);
  });

  it.each([
    ['mysql://h/d', /^is not a postgres:\/\/ or postgresql:\/\/ URL\.$/],
    ['h/d', /^is not a postgres/],
    ['postgres://u:100%@h/d', /^has a % without two hexadecimal digits/],
    ['postgres://h:1:2/d', /^has a host that is not a name with an optional port\.$/],
    ['postgres://h:none/d', /^has the parameter port, which is not an integer from 1 to 65535\.$/],
    ['postgres://h:65536/d', /port, which is not/],
    ['postgres://h:0/d', /port, which is not/],
    ['postgres://h/d?schema=public', /^has the parameter "schema", but only these are supported: host, port, /],
    ['postgres://h/d?constructor=x', /^has the parameter "constructor"/],
    ['postgres://h/d?load_balance_hosts=random', /load_balance_hosts, which is not supported\. Remove it: reads are/],
    ['postgres://h/d?sslnegotiation=direct', /sslnegotiation, which is not supported\. Remove it: only sslmode /],
    ['postgres://h/d?target_session_attrs=writable', /target_session_attrs, which is not one of any, read-write, /],
    ['postgres://h/d?sslmode=prefer', /sslmode, which is prefer, which lets anyone on the network turn encryption off/],
    ['postgres://h/d?sslmode=no-verify', /sslmode, which is not one of disable, require, verify-ca, verify-full\.$/],
    ['postgres://h/d?connect_timeout=soon', /connect_timeout, which is not an integer number of seconds\.$/],
  ])('fails: %s', (url, fault) => {
    expect(faultOf(url)).toMatch(fault);
  });

  it('never appears in its error', () => {
    for (const url of ['mysql://u:hunter2@h', 'postgres://u:hunter2@h:x/d', 'postgres://u:hunter2%@h/d']) {
      expect(faultOf(url)).not.toMatch(/^$|hunter2/);
    }
  });
});
