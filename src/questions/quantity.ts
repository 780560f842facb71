/** Numbers as people write them in limits: `500M`, `25.6M`, `8GiB`. K, M, G, T are powers of 1000, Ki, Mi, Gi, Ti of 1024; a `B` at the end changes nothing. */

const powers: Readonly<Record<string, number>> = {
  '': 1,
  K: 1000,
  k: 1000,
  M: 1000 ** 2,
  G: 1000 ** 3,
  T: 1000 ** 4,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
};

const form = /^(\d{1,16})(?:\.(\d{1,16}))?(K|k|M|G|T|Ki|Mi|Gi|Ti)?B?$/;

/** What a limit may look like, for messages. */
export const quantityForms = 'a number such as 25000000, 25.6M, 4G or 8GiB';

/** The number that `text` states; undefined where it states none, or one past 2^53 − 1. Exact wherever the result is whole. */
export function quantityOf(text: string): number | undefined {
  const [, whole, fraction = '', suffix = ''] = form.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const power = BigInt(powers[suffix] ?? 1);
  const scale = 10n ** BigInt(fraction.length);
  const scaled = BigInt(whole + fraction) * power;
  const value = scaled % scale === 0n ? Number(scaled / scale) : Number(scaled) / Number(scale);
  return value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}
