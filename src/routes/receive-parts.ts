/** Reads the parts of a `multipart/form-data` body as they arrive: a model as the body of a route would be read, a JSON part up to the limit of a body. */

import type { Readable } from 'node:stream';
import { Busboy } from '@fastify/busboy';
import type { FastifyRequest } from 'fastify';
import { quote } from '../architecture/names.ts';
import type { Config } from '../config.ts';
import type { Format } from '../importers/imported.ts';
import { bodyOf } from '../plugins/inflate.ts';
import { Problem } from '../plugins/problems.ts';
import type { Received, Source } from './receive-body.ts';
import { receiveModel } from './receive-body.ts';
import { placed } from './within.ts';

/** What a part holds: a model in any format, or JSON of another kind. */
export type PartKind = 'model' | 'json';

export interface Part {
  readonly received: Received;
  /** What the sender calls the file. */
  readonly filename: string | undefined;
}

/** Beside the parts: their headers and the lines between them. */
const mostAround = 1024 * 1024;

export function isMultipart(request: FastifyRequest): boolean {
  return /^multipart\/form-data/i.test(request.headers['content-type'] ?? '');
}

/** The parts that came, by name. Throws a 400 for a name that is not among `kinds` or comes twice; whether one is missing is for the caller to say. */
export function receiveParts(
  request: FastifyRequest,
  kinds: Readonly<Record<string, PartKind>>,
  forced: Format | undefined,
  config: Config,
): Promise<ReadonlyMap<string, Part>> {
  const stream = bodyOf(request);
  const reader = readerOf(request);
  const mostBytes = Object.keys(kinds).length * config.maxOnnxBytes + mostAround;
  const stated = request.inflated === undefined ? Number(request.headers['content-length'] ?? 0) : 0;
  return new Promise((resolve, reject) => {
    const parts = new Map<string, Promise<Part>>();
    let size = 0;

    const stop = (): void => {
      stream.off('data', take).off('end', finish).off('error', breakOff);
    };
    const fail = (error: unknown): void => {
      stop();
      reject(error);
    };
    const open = (name: string | undefined, content: Readable, filename: string | undefined): void => {
      const refusal = nameProblem(name, kinds, parts);
      if (name === undefined || refusal !== undefined) {
        // Nobody reads on, so that nobody may be told of its end either.
        content.on('error', () => {}).resume();
        fail(refusal);
        return;
      }
      const reading = kinds[name] === 'model' ? receiveModel(sourceOf(content, request), forced, config) : receiveJson(content, config);
      const part = reading.then((received): Part => ({ received, filename }));
      part.catch((error: unknown) => fail(placed(error, { part: name })));
      parts.set(name, part);
    };
    const close = (): void => {
      stop();
      // One that fails has said so already.
      Promise.all([...parts].map(async ([name, part]) => [name, await part] as const)).then((all) => resolve(new Map(all)), fail);
    };
    /**
     * One chunk a turn of the loop: the reader hands out views of a buffer that it uses again for the next chunk, and whoever reads a part must have had its turn
     * before.
     */
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (Math.max(size, stated) > mostBytes) {
        fail(new Problem('body-too-large', `the body is larger than ${mostBytes} bytes`));
        return;
      }
      stream.pause();
      reader.write(chunk, () => setImmediate(() => stream.resume()));
    };
    const finish = (): void => {
      reader.end();
    };
    const breakOff = (error: Error): void =>
      fail(error instanceof Problem ? error : new Problem('bad-request', 'the connection was closed before the whole body had come'));
    reader
      .on('file', open)
      .on('error', () => fail(malformed('the body ends within a part, or is not what its boundary says')))
      .on('finish', close);
    stream.on('data', take).on('end', finish).on('error', breakOff);
  });
}

function nameProblem(
  name: string | undefined,
  kinds: Readonly<Record<string, PartKind>>,
  parts: ReadonlyMap<string, unknown>,
): Problem | undefined {
  const isKnown = name !== undefined && Object.hasOwn(kinds, name);
  if (isKnown && !parts.has(name)) return undefined;
  const what = name === undefined ? 'a part without a name' : `${isKnown ? 'two parts' : 'a part'} ${quote(name)}`;
  return malformed(`the body has ${what}; expected ${listed(Object.keys(kinds))}, once each`);
}

function sourceOf(stream: Readable, request: FastifyRequest): Source {
  return {
    stream,
    stated: 0,
    streamed: () => {
      request.isStreamed = true;
    },
    // A chunk of a part is a view of a chunk of the body.
    passed: () => {},
  };
}

/** The part of that name; throws a 400 where it did not come. */
export function partOf(parts: ReadonlyMap<string, Part>, name: string, names: readonly string[]): Part {
  const part = parts.get(name);
  if (part !== undefined) return part;
  throw malformed(`the body has no part ${JSON.stringify(name)}; expected ${listed(names)}`);
}

function readerOf(request: FastifyRequest): InstanceType<typeof Busboy> {
  try {
    return new Busboy({
      headers: { 'content-type': request.headers['content-type'] ?? '' },
      limits: { headerPairs: 32, headerSize: 16 * 1024 },
      // Fields, too, are read as they come.
      isPartAFile: () => true,
      preservePath: true,
    });
  } catch {
    throw malformed('the content type names no boundary, which multipart/form-data must have');
  }
}

function receiveJson(stream: Readable, config: Config): Promise<Received> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let size = 0;
    stream
      .on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= config.maxJsonBytes) pieces.push(chunk);
        else reject(new Problem('body-too-large', `the part is larger than ${config.maxJsonBytes} bytes`));
      })
      .on('end', () => resolve({ kind: 'json', bytes: Buffer.concat(pieces) }))
      .on('error', () => reject(malformed('it ends too early')));
  });
}

function malformed(detail: string): Problem {
  return new Problem('malformed-body', detail);
}

function listed(names: readonly string[]): string {
  return `the parts ${names.map((name) => JSON.stringify(name)).join(' and ')}`;
}
