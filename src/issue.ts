/**
 * What can be wrong with a posted architecture, in words that know nothing of HTTP. A rule refuses with one `Refusal`; the walk that
 * called it turns the refusal into an `Issue` with a full path, collects the issues of its stage and throws `InvalidArchitecture`.
 */

/** Keys and indices from the root of the posted document, e.g. `['layers', 3, 'kernel_size']`. */
export type Path = readonly (string | number)[];

/** One problem at one place. `path` may go deeper than the sent document does; `pointerTo` cuts it where the document ends. */
export interface Issue {
  readonly path: Path;
  readonly code: string;
  readonly detail: string;
}

/** Raised by a rule about its own layer: `at` is relative to the layer, in canonical spelling (`['kernel_size', 0]`). */
export class Refusal extends Error {
  readonly at: Path;
  readonly code: string;

  constructor(at: Path, code: string, detail: string) {
    super(detail);
    this.at = at;
    this.code = code;
  }
}

/** Ends a stage: everything that stage found, in document order. */
export class InvalidArchitecture extends Error {
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super(issues[0]?.detail ?? 'invalid architecture');
    this.issues = issues;
  }
}

/** Ends a stage that found something. */
export function throwIfAny(issues: readonly Issue[]): void {
  if (issues.length > 0) throw new InvalidArchitecture(issues);
}

/** No answer lists more issues than this, so a stage that has found as many gives up instead of wording the rest. */
const mostIssues = 1000;

/** Ends a stage that has found enough; called in loops over what a caller may send without end. */
export function throwIfMany(issues: readonly Issue[]): void {
  if (issues.length >= mostIssues) throw new InvalidArchitecture(oncePerPlace(issues));
}

/** The same sentence about the same place is said once, however many calls put its block in place. */
export function unique(issues: readonly Issue[]): readonly Issue[] {
  return firstBy(issues, ({ code, path, detail }) => JSON.stringify([code, detail, ...path]));
}

/** One problem a place, where details differ by the repetition of a block that they were met in. */
export function oncePerPlace(issues: readonly Issue[]): readonly Issue[] {
  return firstBy(issues, ({ code, path }) => JSON.stringify([code, ...path]));
}

function firstBy(issues: readonly Issue[], keyOf: (issue: Issue) => string): readonly Issue[] {
  const seen = new Set<string>();
  return issues.filter((issue) => {
    const key = keyOf(issue);
    return !seen.has(key) && seen.add(key);
  });
}

/**
 * JSON Pointer in URI fragment form (RFC 6901, section 6) of the deepest part of `path` that exists in `document`, so that it always
 * resolves in what was sent: an absent key points at its object, an axis of a single number at that number. A key with a lone surrogate
 * has no UTF-8 form to percent-encode, so the pointer ends at its object.
 */
export function pointerTo(document: unknown, path: Path): string {
  let value = document;
  let pointer = '#';
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) break;
    // Neither a list's `length`, nor what cannot be written.
    if (typeof key === 'string' && (Array.isArray(value) || !key.isWellFormed())) break;
    value = (value as Record<string | number, unknown>)[key];
    pointer += `/${escapeSegment(String(key))}`;
  }
  return pointer;
}

/** The pointer of a path that is known to exist. */
export function pointerOf(path: Path): string {
  // Nearly every path is that of a top-level layer.
  if (path.length === 2 && path[0] === 'layers') return `#/layers/${path[1]}`;
  let pointer = '#';
  for (const key of path) {
    // A lone surrogate cannot be percent-encoded: its object is named instead.
    if (typeof key === 'string' && !key.isWellFormed()) break;
    pointer += `/${typeof key === 'number' ? key : escapeSegment(key)}`;
  }
  return pointer;
}

const plainSegment = /^[A-Za-z0-9_.-]*$/;

function escapeSegment(segment: string): string {
  if (plainSegment.test(segment)) return segment;
  return encodeURIComponent(segment.replaceAll('~', '~0').replaceAll('/', '~1'));
}
