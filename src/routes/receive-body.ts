/**
 * A body as it arrives: the first bytes tell what it is. JSON is gathered up to its limit; of an ONNX file only what shapes need is kept, so that it may be of any
 * size up to a limit of its own. What cannot be read is refused at once.
 */

import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { BrokenFile } from '../importers/broken-file.ts';
import type { Format } from '../importers/imported.ts';
import { knownBy } from '../importers/index.ts';
import type { Skimmer } from '../importers/onnx/skim.ts';
import { createSkimmer } from '../importers/onnx/skim.ts';
import { headBytes, lookedFor, recognise } from '../importers/recognise.ts';
import { InvalidArchitecture, pointerOf } from '../issue.ts';
import { bodyOf } from '../plugins/inflate.ts';
import { InvalidDocument, Problem } from '../plugins/problems.ts';
import { giveBack } from '../tensor/give-back.ts';

export type Received = { readonly kind: 'json'; readonly bytes: Uint8Array } | { readonly kind: 'onnx'; readonly skeleton: Uint8Array };

/** The whole body, where it has been gathered. */
export function jsonOf(received: Received): Uint8Array | undefined {
  return received.kind === 'json' ? received.bytes : undefined;
}

/** What is there to be read. */
export function contentOf(received: Received): Uint8Array {
  return received.kind === 'json' ? received.bytes : received.skeleton;
}

/** Where the bytes of a model come from: the body, or a part of it. */
export interface Source {
  readonly stream: Readable;
  /** The length that is announced; 0 where none is. */
  readonly stated: number;
  /** Called once where the bytes need not all come at once. */
  streamed(): void;
  /** Called with a chunk that has been read. */
  passed(chunk: Buffer): void;
}

/** Reads the body of a route of `takeBodiesAsStreams`; `forced` is the format that the query asks for. */
export function receiveBody(request: FastifyRequest, forced: Format | undefined, config: Config): Promise<Received> {
  const isInflated = request.inflated !== undefined;
  const source: Source = {
    stream: bodyOf(request),
    stated: isInflated ? 0 : Number(request.headers['content-length'] ?? 0),
    streamed: () => {
      request.isStreamed = true;
    },
    passed: isInflated ? () => undefined : giveBack,
  };
  return receiveModel(source, forced, config);
}

/** Reads a model; `forced` is the format that it must have. */
export function receiveModel(source: Source, forced: Format | undefined, config: Config): Promise<Received> {
  const { stream, stated } = source;
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let size = 0;
    let kind: Received['kind'] | undefined;
    let skimmer: Skimmer | undefined;

    const stop = (): void => {
      stream.off('data', take).off('end', finish).off('error', breakOff);
    };
    /** Whatever is thrown ends the reading; the rest of the body is for whoever answers. */
    const guarded = (step: () => void): void => {
      try {
        step();
      } catch (error) {
        stop();
        reject(refusalOf(error));
      }
    };
    const recogniseHead = (): void => {
      kind = kindOf(joined(pieces), forced);
      if (kind === 'json') return;
      source.streamed();
      skimmer = createSkimmer(config.limits);
      for (const piece of pieces.splice(0)) skimmer.push(piece);
    };
    const checkSize = (): void => {
      const limit = kind === 'onnx' ? config.maxOnnxBytes : config.maxJsonBytes;
      if (kind !== undefined && Math.max(size, stated) > limit)
        throw new Problem('body-too-large', `the ${kind === 'onnx' ? 'ONNX file' : 'body'} is larger than ${limit} bytes`);
    };

    const take = (chunk: Buffer): void => {
      size += chunk.length;
      guarded(() => {
        if (skimmer !== undefined) {
          skimmer.push(chunk);
          source.passed(chunk);
        } else {
          pieces.push(chunk);
          if (kind === undefined && size >= headBytes) recogniseHead();
        }
        checkSize();
      });
    };
    const finish = (): void => {
      guarded(() => {
        if (size === 0) throw new Problem('malformed-body', `the body is empty; expected ${lookedFor}`);
        if (kind === undefined) recogniseHead();
        checkSize();
        const received: Received =
          skimmer === undefined ? { kind: 'json', bytes: joined(pieces) } : { kind: 'onnx', skeleton: skimmer.finish() };
        stop();
        resolve(received);
      });
    };
    const breakOff = (error: Error): void => {
      stop();
      reject(error instanceof Problem ? error : new Problem('bad-request', 'the connection was closed before the whole body had come'));
    };
    stream.on('data', take).on('end', finish).on('error', breakOff);
  });
}

function kindOf(head: Buffer, forced: Format | undefined): Received['kind'] {
  // Most bodies begin with a brace and a quotation mark, as no other file does.
  const told = head[0] === 0x7b && head[1] === 0x22 ? ({ kind: 'json' } as const) : recognise(head);
  if (told.kind === 'foreign') throw new Problem('malformed-body', `the body is ${told.is}. Expected ${lookedFor}`);
  if (forced === undefined || (forced === 'onnx') === (told.kind === 'onnx')) return told.kind;
  const is = told.kind === 'onnx' ? knownBy.onnx : 'text';
  throw new Problem('malformed-body', `format=${forced} is asked for, but the body is ${is}; expected ${knownBy[forced]}`);
}

function refusalOf(error: unknown): unknown {
  if (error instanceof BrokenFile) return new Problem('malformed-body', error.message);
  return error instanceof InvalidArchitecture ? new InvalidDocument(error, pointerOf) : error;
}

function joined(pieces: readonly Buffer[]): Buffer {
  return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
}
