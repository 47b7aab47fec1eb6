// The context of the stock contestants: DataLoaders over repositories, made for each request, and the caller of its token.

import { readFileSync } from 'node:fs';
import DataLoader from 'dataloader';
import { GraphQLError } from 'graphql';
import { createLocalJWKSet, type JWTPayload, jwtVerify } from 'jose';
import { type EntityTarget, In } from 'typeorm';
import { dataSource, ReportingGroup, TaskRun, TaskRunFile } from './model.js';

export interface Caller {
  readonly subject: string;
  /** null if the subject is not a UUID: such a caller has no own runs. */
  readonly userId: string | null;
}

const findByIds = <Row extends { id: string }>(entity: EntityTarget<Row>) =>
  new DataLoader(async (ids: readonly string[]) => {
    const rows = await dataSource.getRepository(entity).findBy({ id: In(ids) } as never);
    const rowsById = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => rowsById.get(id) ?? null);
  });

export function createLoaders() {
  return {
    runs: findByIds(TaskRun),
    groups: findByIds(ReportingGroup),
    files: new DataLoader(async (ids: readonly string[]) => {
      const where = { taskRunId: In(ids) };
      const rows = await dataSource.getRepository(TaskRunFile).find({ where, order: { position: 'ASC' } });
      const filesOf = new Map<string, TaskRunFile[]>(ids.map((id) => [id, []]));
      for (const row of rows) filesOf.get(row.taskRunId)!.push(row);
      return ids.map((id) => filesOf.get(id)!);
    }),
  };
}

/** Returns a function from an Authorization header to the caller. */
export function createAuthentication(issuers: string): (authorization: string | undefined) => Promise<Caller> {
  const [{ issuer, jwks, audience }] = JSON.parse(issuers);
  const keys = createLocalJWKSet(JSON.parse(readFileSync(new URL(jwks), 'utf8')));
  return async (authorization = '') => {
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(authorization.replace('Bearer ', ''), keys, { issuer, audience }));
    } catch {
      throw new GraphQLError('The bearer token is invalid.', {
        extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } },
      });
    }
    const subject = payload.sub!;
    return { subject, userId: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(subject) ? subject : null };
  };
}
