/** The contract's order by its words: at each step, the earliest layer of the document whose inputs have all run. Quadratic, on purpose. */

/** `reads[i]` are the layers that layer i reads. Undefined where a step finds none that can run. */
export function naiveOrder(reads: readonly (readonly number[])[]): readonly number[] | undefined {
  const order: number[] = [];
  while (order.length < reads.length) {
    const next = reads.findIndex((inputs, layer) => !order.includes(layer) && inputs.every((input) => order.includes(input)));
    if (next < 0) return undefined;
    order.push(next);
  }
  return order;
}
