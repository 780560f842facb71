import { describe, expect, test } from 'vitest';
import { Pace } from '../../src/plugins/exchange.ts';

/** Turns, a second each, until too few bytes have passed; at most 100. */
function turnsUntilLate(bytesAt: (turn: number) => number, isAwaited: (turn: number) => boolean = () => true): number {
  const pace = new Pace();
  for (let turn = 1; turn <= 100; turn++) if (!pace.turn(isAwaited(turn), bytesAt(turn))) return turn;
  return Number.POSITIVE_INFINITY;
}

describe('an exchange', () => {
  test('has as long as it likes at 1 KiB/s', () => {
    expect(turnsUntilLate((turn) => turn * 1024 * (10 / 9))).toBe(Number.POSITIVE_INFINITY);
  });

  test('is late where 10 s pass too little', () => {
    expect(turnsUntilLate(() => 0)).toBe(10);
    expect(turnsUntilLate((turn) => turn * 1000)).toBe(10);
    expect(turnsUntilLate((turn) => Math.min(turn, 12) * 1_000_000)).toBe(30);
  });

  test('is not late while nobody waits for it', () => {
    expect(
      turnsUntilLate(
        () => 0,
        () => false,
      ),
    ).toBe(Number.POSITIVE_INFINITY);
    expect(
      turnsUntilLate(
        () => 0,
        (turn) => turn % 2 === 0,
      ),
    ).toBe(20);
  });
});
