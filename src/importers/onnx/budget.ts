/** How much work one file may ask for: loops and functions multiply what few bytes say, and arithmetic may grow. */

import type { Path } from '../../issue.ts';
import { InvalidArchitecture } from '../../issue.ts';

/** Most numbers of a tensor that are followed through arithmetic. */
export const mostValues = 65_536;

/** Most nodes of bodies that may be walked for one file, each as often as it is walked; a list of so many entries counts as a node. */
const mostVisits = 400_000;
const entriesPerVisit = 32;

/** Most numbers of a tensor that are worked out, by how many were before: those that shapes are told from are few. */
const largest = [
  { before: 2_000_000, numbers: mostValues },
  { before: 5_000_000, numbers: 4096 },
  { before: Number.POSITIVE_INFINITY, numbers: 64 },
] as const;

/** What is left of it. */
export class Budget {
  readonly #visits: { left: number };
  #numbers = 0;

  constructor(visits = { left: mostVisits }) {
    this.#visits = visits;
  }

  /** For the next translation of the same file. */
  next(): Budget {
    return new Budget(this.#visits);
  }

  /** Most numbers of a tensor that are followed through arithmetic now. */
  get largest(): number {
    return largest.find(({ before }) => this.#numbers < before)?.numbers ?? 0;
  }

  /** So many numbers were worked out. */
  work(numbers: number): void {
    this.#numbers += numbers;
  }

  /** Refuses a file that has nodes walked more often than is measured. */
  spend(visits: number, at: Path): void {
    this.#visits.left -= visits;
    if (this.#visits.left >= 0) return;
    const detail = `loops and functions make this more than ${mostVisits} nodes; measure the body, or export it with fewer steps`;
    throw new InvalidArchitecture([{ path: at, code: 'too_large', detail }]);
  }

  /** Entries of lists that were gone through. */
  spendOn(entries: number, at: Path): void {
    this.spend(entries / entriesPerVisit, at);
  }
}
