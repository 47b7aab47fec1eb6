// Compares the parameters of DATABASE_URL in docs/configuration.md with those that the program reads.

import { parseConfig } from '../../src/config/config.js';
import { toConnectionTarget } from '../../src/libpq/connection-target.js';
import { parseConnectionUrl } from '../../src/libpq/connection-url.js';
import { parameterNames, sessionAttributes, sslModes, variableOf } from '../../src/libpq/parameters.js';
import { block, codesIn, tableRows } from './documents.js';

const rows = (column: string) => tableRows('docs/configuration.md', 'The database', column);

describe('the documented database', () => {
  it('shows URLs that parse', () => {
    const targets = block('database-urls')
      .text.trim()
      .split('\n')
      .map((url) => toConnectionTarget(parseConnectionUrl(url)));
    expect(targets.map(({ hosts }) => hosts.map(({ host, port }) => `${host}:${port}`))).toEqual([
      ['db.example.com:5432'],
      ['db1.example.com:5432', 'db2.example.com:5433'],
      ['/var/run/postgresql:5432'],
    ]);
  });

  it('shows several hosts in a line for a shell', () => {
    const [, url] = /^export DATABASE_URL='(.*)'\n$/.exec(block('several-hosts').text)!;
    expect(toConnectionTarget(parseConnectionUrl(url!))).toMatchObject({
      hosts: [{ host: 'db1.example.com' }, { host: 'db2.example.com' }],
      sessionAttributes: 'read-write',
    });
  });

  it('shows replicas in lines for a shell', () => {
    const [DATABASE_URL, DATABASE_REPLICA_URLS] = [...block('replicas').text.matchAll(/='(.*)'$/gm)].map(
      ([, url]) => url!,
    );
    const AUTH_ISSUERS = '[{"issuer":"https://a/","jwks":"https://a/keys"}]';
    const { database } = parseConfig({ AUTH_ISSUERS, DATABASE_URL, DATABASE_REPLICA_URLS });
    expect(database.replicaUrls).toHaveLength(2);
  });

  it('lists all parameters, each with its variable', () => {
    const documented = rows('parameter').flatMap(([names, variables]) =>
      codesIn(names!).map((name, index) => [name, codesIn(variables!)[index]]),
    );
    expect(documented.sort()).toEqual(parameterNames.map((name) => [name, variableOf(name)]).sort());
  });

  it('lists the modes of TLS, and the session attributes of servers', () => {
    expect(rows('`sslmode`').flatMap(([mode]) => codesIn(mode!))).toEqual([...sslModes]);
    const [, , , meaning] = rows('parameter').find(([names]) => names!.includes('target_session_attrs'))!;
    expect(codesIn(meaning!)).toEqual([...sessionAttributes]);
    const described = tableRows('docs/fleet.md', 'Several hosts', '`target_session_attrs`');
    expect(described.flatMap(([names]) => codesIn(names!))).toEqual([...sessionAttributes]);
  });
});
