/** The public path of a file: the ids of its run, in lower case, and its name within the run. */
export interface FilePath {
  readonly orgId: string;
  readonly projectId: string;
  readonly taskId: string;
  /** The id of the run. */
  readonly id: string;
  /** Any string without NUL, up to 255 characters. */
  readonly name: string;
}

/** Returns the percent-encoded path of a file's URL, relative to the gateway's base. */
export function toFileUrlPath({ orgId, projectId, taskId, id, name }: FilePath): string {
  const segment = encodeURIComponent(isDotName.test(name) ? `~${name}` : name);
  return `/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run/${id}/file/${segment}`;
}

/** Returns a file's name, given the (decoded) last segment of such a path. */
export function parseFileSegment(segment: string): string {
  return segment.startsWith('~') && isDotName.test(segment) ? segment.slice(1) : segment;
}

// URL parsers drop the segments `.` and `..`, even if percent-encoded. A tilde in front preserves them. Names that
// already look like the result get one more tilde.
const isDotName = /^~*\.\.?$/;
