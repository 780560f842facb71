import type { Field, Message } from './fields.ts';
import { highestField, model } from './fields.ts';

/** One message that is being read. */
export class Frame {
  /** The message around it; undefined for the model. */
  readonly outer: Frame | undefined;
  readonly depth: number;

  message: Message = model;
  /** Its field in the message around it, and which of several it is. */
  field: Field | undefined = undefined;
  index = 0;
  /** Offset of the first byte after it. */
  end = Number.POSITIVE_INFINITY;
  /** Type of a tensor's payload; 0 until it is told. */
  dataType = 0;
  /** Per field: messages met, bytes of payload kept, entries of payload passed over. */
  readonly met = new Float64Array(highestField + 1);
  readonly kept = new Float64Array(highestField + 1);
  readonly passed = new Float64Array(highestField + 1);
  #inner: Frame | undefined;

  constructor(outer: Frame | undefined) {
    this.outer = outer;
    this.depth = outer === undefined ? 0 : outer.depth + 1;
  }

  /** The frame for a message in this one: always the same, as there is one at a time. */
  inner(): Frame {
    this.#inner ??= new Frame(this);
    return this.#inner;
  }
}
