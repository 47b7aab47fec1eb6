// The matches of a search by meaning of its text and by place, as links.

/** Changes of the URL; `null` removes a parameter. */
type Changes = Readonly<Record<string, string | readonly string[] | null>>;

/** A possible meaning of a text, with the URL change that lists its runs. */
export interface Meaning {
  /** Completes `3 with `. */
  readonly name: string;
  readonly changes: Changes;
  readonly isPayload?: boolean;
  /** Whether its runs are also counted in the whole organization. */
  readonly isWide?: boolean;
  /** Shown if the API rejects it. */
  readonly rejection?: string;
}

export interface Found extends Meaning {
  /** The number of runs; `undefined` if the API rejects the filter, for example because search is disabled. */
  readonly count: string | undefined;
  /** The matches in the organization; `undefined` until they are counted, or if that is not possible. */
  readonly inOrganization?: { readonly count: string; readonly projects: string } | undefined;
}

export interface FoundLink {
  readonly text: string;
  readonly isDisabled: boolean;
  readonly changes: Changes;
}

/** The matches in the scope or, if that is a part of it, the further ones in the organization. */
export interface FoundPlace {
  readonly text: string;
  readonly links: readonly FoundLink[];
}

interface Place {
  readonly name: string;
  /** Leads from the scope to the place. */
  readonly changes: Changes;
}

/** @param organization `undefined` if it is the scope */
export function foundPlaces(
  found: readonly Found[],
  scopeName: string,
  organization: Place | undefined,
): readonly FoundPlace[] {
  const here = {
    text: `In ${scopeName}:`,
    links: found.map((meaning) => linkHere(meaning, organization === undefined)),
  };
  const counted = found.filter(({ inOrganization }) => inOrganization !== undefined);
  if (organization === undefined || counted.length === 0) return [here];
  const further = counted.filter(({ inOrganization, count }) => inOrganization!.count !== count);
  const text = `In ${organization.name}:${further.length === 0 ? ' no further matches' : ''}`;
  return [here, { text, links: further.map((meaning) => linkTo(organization, meaning)) }];
}

function linkHere(meaning: Found, isOrganization: boolean): FoundLink {
  const { name, changes, count, rejection } = meaning;
  if (count === undefined) return { text: rejection ?? `${name}: cannot be searched`, isDisabled: true, changes };
  const places = isOrganization && count !== '0' ? placesOf(meaning) : '';
  return { text: `${count} ${name}${places}`, isDisabled: count === '0', changes };
}

function linkTo(place: Place, meaning: Found): FoundLink {
  const text = `${meaning.inOrganization!.count} ${meaning.name}${placesOf(meaning)}`;
  return { text, isDisabled: false, changes: { ...meaning.changes, ...place.changes } };
}

function placesOf({ inOrganization }: Found): string {
  return inOrganization === undefined ? '' : ` in ${inOrganization.projects}`;
}
