import { countOf, formatDuration, roundCredits } from '../../shared/format/format-quantity.js';
import { type Place, placeName } from './places.js';

/** The report of an organization, as the REST API returns it. */
export interface Report {
  readonly orgId: string;
  readonly findings: readonly ReportedFinding[];
}

export interface ReportedFinding {
  readonly rule: string;
  readonly what: string;
  readonly now: number;
  readonly before: number;
  /** The number of affected runs. */
  readonly runs: number;
  readonly where: { readonly project_id?: string };
  /** The REST API's parameters of the list of exactly these runs. */
  readonly show: Readonly<Record<string, unknown>>;
}

/** A finding with its texts. */
export interface Finding extends Pick<ReportedFinding, 'what' | 'runs'> {
  /** The rule with its figures: `Failure rate: 33 %, 5 % before`. */
  readonly figures: string;
  /** The project, or the organization if several projects are affected. */
  readonly place: string;
  /** The parameters of the list of exactly the affected runs. */
  readonly list: URLSearchParams;
}

const percent = (share: number) => `${Number((share * 100).toPrecision(2))} %`;

/** The measure of each rule, and how it is written. */
const measures: Readonly<Record<string, readonly [name: string, format: (value: number) => string]>> = {
  failure_new: ['New kind of failure', percent],
  failure_grew: ['Kind of failure', percent],
  stopped: ['Stopped', (runs) => countOf(runs, 'run')],
  failure_rate_rose: ['Failure rate', percent],
  p95_rose: ['p95', formatDuration],
  credits_rose: ['Credits a run', (credits) => roundCredits(String(credits))],
  retries_rose: ['Retries', percent],
  fallbacks_rose: ['Fallbacks', percent],
};

/** The parameters of the list in the order of its filters, by those of the REST API. */
const listParams = {
  created_after: 'from',
  created_before: 'to',
  status: 'status',
  task_id_in: 'in-task',
  task_revision_id: 'revision',
  failure_in: 'failure',
  used_fallback_model: 'fallback',
  min_llm_call_timing: 'min-seconds',
  min_charged_credits: 'min-credits',
  min_llm_retries: 'min-retries',
} as const;

/** Returns the findings of all organizations, those that affect most runs first. */
export function findingsOf(reports: readonly Report[], places: readonly Place[]): readonly Finding[] {
  const all = reports.flatMap(({ orgId, findings }) => findings.map((finding) => toFinding(finding, orgId, places)));
  return all.toSorted((one, other) => other.runs - one.runs);
}

function toFinding(finding: ReportedFinding, orgId: string, places: readonly Place[]): Finding {
  const { rule, what, now, before, runs, where, show } = finding;
  const [name, format] = measures[rule]!;
  const place = places.find(({ project }) => project.id === where.project_id);
  const organization = places.find((other) => other.orgId === orgId);
  return {
    what,
    runs,
    figures: `${name}: ${format(now)}, ${format(before)} before`,
    place: place ? placeName(place) : (organization?.orgName ?? orgId),
    list: listOf(orgId, show),
  };
}

function listOf(orgId: string, show: ReportedFinding['show']): URLSearchParams {
  const params = Object.entries(listParams).flatMap(([name, param]) =>
    [show[name] ?? []].flat().map((value) => [param, String(value)] as [string, string]),
  );
  return new URLSearchParams([['org', orgId], ...params]);
}

/** Returns text such as `3 things changed`. */
export function summaryOf({ length }: readonly Finding[]): string {
  return length === 0 ? 'No rate, duration or cost changed significantly' : `${countOf(length, 'thing')} changed`;
}
