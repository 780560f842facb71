/**
 * Lines in, answers out, as a stream with back-pressure both ways. Workers have a bounded number of batches; where the reader of the answers stops, nothing more is
 * handed to them, and then nothing more is read. Whoever destroys the stream ends its work: what a worker has in hand it gives back within a turn.
 */

import { Duplex } from 'node:stream';
import { giveBack } from '../tensor/give-back.ts';
import type { AnsweredLines } from './answer-lines.ts';
import type { LineBatch } from './line-batches.ts';
import { LineBatches } from './line-batches.ts';
import type { LinePool } from './line-pool.ts';
import { PoolBusy } from './workers.ts';

export interface LineStreamOptions<Question> {
  readonly pool: LinePool<Question>;
  readonly question: Question;
  /** Answers come in the order of the lines, or as they are ready. */
  readonly isOrdered: boolean;
  readonly maxLineBytes: number;
  /** Sees every answer of a worker. */
  readonly answered?: (answer: AnsweredLines) => void;
  /** The answer to a line whose worker has failed. */
  readonly lost: (index: number, error: unknown) => string;
  /** The last words where the stream cannot go on. */
  readonly broken: (error: Error) => string;
}

/** A batch that a worker has had. */
interface Taken {
  readonly end: number;
  /** Line that the next answer is for. */
  next: number;
  /** What is not answered yet; undefined while a worker has it. */
  rest: LineBatch | undefined;
  answers: Uint8Array[];
  /** Bytes of the answers that have not been read. */
  waiting: number;
}

const batchBytes = 256 * 1024;
/** A batch whose answers nobody reads is not gone on with. */
const mostWaiting = 1024 * 1024;

export class LineStream<Question> extends Duplex {
  readonly #options: LineStreamOptions<Question>;
  readonly #lines: LineBatches;
  readonly #window: number;
  #taken: Taken[] = [];
  #inWorkers = 0;
  /** The writer waits. */
  #held: (() => void) | undefined;
  #isRead = false;
  #isEmitting = false;
  /** No more lines will come. */
  #isOver = false;
  #hasAnswered = false;
  #lastWords: string | undefined;

  constructor(options: LineStreamOptions<Question>) {
    super({ readableHighWaterMark: batchBytes });
    this.#options = options;
    this.#lines = new LineBatches(options.maxLineBytes);
    this.#window = 2 * options.pool.workers;
  }

  /** Whether there are lines that wait for an answer. */
  get owes(): boolean {
    return this.#taken.length > 0 || this.#lines.lines > 0;
  }

  /** Ends the stream: with an error where nothing has been answered yet, else after the answers to the lines that have come. */
  breakOff(error: Error): void {
    if (this.#isOver || this.destroyed) return;
    if (!this.#hasAnswered && !this.owes) {
      this.destroy(error);
      return;
    }
    this.#isOver = true;
    this.#lastWords = this.#options.broken(error);
    this.#goOn();
  }

  /** As ever, and an answer's memory is given back once it is written: left to the collector, answers make it go through all that there is several times a second. */
  override pipe<Destination extends NodeJS.WritableStream>(destination: Destination, options?: { end?: boolean }): Destination {
    this.on('data', (answer: Buffer) => {
      if (!destination.write(answer, () => giveBack(answer))) this.pause();
    });
    destination.on('drain', () => this.resume());
    if (options?.end !== false) this.once('end', () => destination.end());
    return destination;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.#held = callback;
    // What comes after the end is let pass.
    if (!this.#isOver) this.#lines.push(chunk);
    // Half a gigabyte a second would otherwise wait to be collected, with all else that is there.
    giveBack(chunk);
    this.#goOn();
  }

  override _final(callback: () => void): void {
    if (!this.#isOver) this.#lines.end();
    this.#isOver = true;
    callback();
    this.#goOn();
  }

  override _read(): void {
    this.#isRead = true;
    this.#goOn();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#isOver = true;
    this.#taken = [];
    this.#lines.take();
    this.#held = undefined;
    callback(error);
  }

  /** Does whatever can be done: sends answers, keeps workers busy, takes more lines. */
  #goOn(): void {
    if (this.#isEmitting || this.destroyed) return;
    this.#emitAnswers();
    if (this.destroyed) return;
    for (const taken of this.#taken) if (taken.rest !== undefined && taken.waiting < mostWaiting) this.#work(taken, taken.rest);
    while (this.#lines.lines > 0 && this.#taken.length < this.#window) {
      // A worker that has nothing to do takes what there is.
      if (this.#lines.bytes < batchBytes && this.#inWorkers >= this.#options.pool.workers && !this.#isOver) break;
      const batch = this.#lines.take();
      const taken: Taken = { end: batch.index + batch.lengths.length, next: batch.index, rest: undefined, answers: [], waiting: 0 };
      this.#taken.push(taken);
      this.#work(taken, batch);
    }
    if (this.#held === undefined || (this.#lines.bytes >= batchBytes && !this.#isOver)) return;
    const release = this.#held;
    this.#held = undefined;
    release();
  }

  #emitAnswers(): void {
    this.#isEmitting = true;
    while (this.#isRead) {
      const isReady = (taken: Taken): boolean => taken.answers.length > 0 || taken.next === taken.end;
      const position = this.#options.isOrdered ? 0 : this.#taken.findIndex(isReady);
      const taken = this.#taken[position];
      if (taken === undefined || !isReady(taken)) break;
      const answer = taken.answers.shift();
      if (answer === undefined) this.#taken.splice(position, 1);
      else {
        taken.waiting -= answer.length;
        this.#send(answer);
      }
    }
    this.#isEmitting = false;
    if (!this.#isOver || this.owes || !this.#isRead || this.readableEnded) return;
    this.#isRead = false;
    if (this.#lastWords !== undefined) this.push(`${this.#lastWords}\n`);
    this.push(null);
  }

  #send(answer: Uint8Array): void {
    this.#hasAnswered = true;
    // It may be read, and more be asked for, while it is pushed.
    this.#isRead = false;
    const more = this.push(answer);
    this.#isRead ||= more;
  }

  #work(taken: Taken, batch: LineBatch): void {
    taken.rest = undefined;
    this.#inWorkers++;
    this.#options.pool
      .answer({ batch, question: this.#options.question }, () => !this.destroyed)
      .then((answered) => {
        this.#options.answered?.(answered);
        taken.rest = answered.rest;
        taken.next = answered.rest === undefined ? taken.end : answered.rest.index + answered.rest.next;
        keep(taken, answered.answers);
      })
      .catch((error: unknown) => this.#lose(taken, error))
      .finally(() => {
        this.#inWorkers--;
        this.#goOn();
      });
  }

  /** A worker has failed, or there is none any more. */
  #lose(taken: Taken, error: unknown): void {
    if (this.destroyed) return;
    if (error instanceof PoolBusy) {
      this.#taken = [];
      this.#lines.take();
      this.breakOff(error);
      return;
    }
    for (; taken.next < taken.end; taken.next++) keep(taken, Buffer.from(`${this.#options.lost(taken.next, error)}\n`));
  }
}

function keep(taken: Taken, answer: Uint8Array): void {
  taken.answers.push(answer);
  taken.waiting += answer.length;
}
