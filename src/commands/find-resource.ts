import type { DataSource } from 'typeorm';
import type { Resource, Subject } from '../database/access-grants.js';
import { findNewest, findResources, type NamedResource } from '../database/resources.js';
import { flagOf, subjectFlagOf } from './grant-options.js';
import { escapeUnprintable } from './terminal-text.js';

const newestCount = 5;

/** The error for a resource that the database does not have. */
export class MissingResource extends Error {}

/**
 * Finds a resource. @throws MissingResource that names an existing resource with the id, or the newest ones of the type
 */
export async function findExisting(
  dataSource: DataSource,
  { type, id }: Resource,
  flag = flagOf[type],
): Promise<NamedResource> {
  const found = await findResources(dataSource, id);
  const resource = found.find((candidate) => candidate.type === type);
  if (resource !== undefined) return resource;
  const [other] = found;
  if (other !== undefined) {
    throw new MissingResource(
      `${flag} ${id} is not the id of any ${type}, but of the ${other.type} ${escapeUnprintable(other.name)}.`,
    );
  }
  const { newest, total } = await findNewest(dataSource, type, newestCount);
  if (total === 0) throw new MissingResource(`${flag} ${id} does not exist: the database has no ${type} yet.`);
  const names = newest.map((candidate) => `${escapeUnprintable(candidate.name)} (${candidate.id})`).join(', ');
  throw new MissingResource(`${flag} ${id} does not exist. The newest of ${total}: ${names}.`);
}

/** Asserts that the organization or project exists whose members are the subject. */
export async function assertSubjectExists(dataSource: DataSource, { type, id }: Subject): Promise<void> {
  if (type !== 'user') await findExisting(dataSource, { type, id }, subjectFlagOf[type]);
}
