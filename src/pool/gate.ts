/** Lets as many in as there are workers, the others in the order in which they came: what a worker has been handed cannot be taken back without ending it. */

export interface Gate {
  /** Does the work when its turn comes; where nobody wants it any more by then it is left out, and the promise stays open. */
  pass<T>(work: () => Promise<T>, isWanted: () => boolean): Promise<T>;
  /** Those within, and those that wait. */
  count(): number;
}

interface Waiting {
  readonly isWanted: () => boolean;
  start(): void;
}

export function createGate(most: number): Gate {
  let within = 0;
  let waiting: Waiting[] = [];
  const next = (): void => {
    waiting = waiting.filter(({ isWanted }) => isWanted());
    while (within < most) {
      const first = waiting.shift();
      if (first === undefined) return;
      within++;
      first.start();
    }
  };
  const leave = (): void => {
    within--;
    next();
  };
  return {
    pass: (work, isWanted) =>
      new Promise((resolve, reject) => {
        const start = (): void => {
          work().finally(leave).then(resolve, reject);
        };
        waiting.push({ isWanted, start });
        next();
      }),
    count: () => within + waiting.length,
  };
}
