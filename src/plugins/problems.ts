/**
 * Errors as callers see them: `application/problem+json` (RFC 9457). Every problem type is one row of the table here and one paragraph of the README. Only
 * this file knows which status an issue of the core becomes.
 */

import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Config } from '../config.ts';
import type { InvalidArchitecture, Issue, Path } from '../issue.ts';
import { checkSchema } from '../questions/check/schema.ts';
import { afterBody, isArriving } from './after-body.ts';
import { ofPosted, securityHeaders } from './headers.ts';

export const problemTypes = {
  'malformed-body': { status: 400, title: 'The body cannot be read' },
  'invalid-query': { status: 400, title: 'The query is not one this version serves' },
  'bad-request': { status: 400, title: 'The request cannot be read' },
  unauthorized: { status: 401, title: 'The request brings no token that is known' },
  'request-timeout': { status: 408, title: 'The request did not arrive in time' },
  'not-found': { status: 404, title: 'There is nothing at this address' },
  'method-not-allowed': { status: 405, title: 'This address does not take that method' },
  'not-acceptable': { status: 406, title: 'The answer has no such form' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body has a content type that is not read' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  'invalid-architecture': { status: 422, title: 'The architecture does not hold together' },
  'invalid-run': { status: 422, title: 'The layer cannot be run on these tensors' },
  'invalid-policy': { status: 422, title: 'The policy does not hold together' },
  'over-budget': { status: 422, title: 'The network breaks its budget' },
  'too-many-requests': { status: 429, title: 'The client asks too often' },
  'internal-error': { status: 500, title: 'The service failed' },
  unavailable: { status: 503, title: 'The request cannot be answered now' },
} as const;

export type ProblemType = keyof typeof problemTypes;

/** URI of a problem type; the README has a paragraph for each. */
export function problemUri(type: ProblemType): string {
  return `urn:layergauge:problem:${type}`;
}

export const problemSchema = z
  .strictObject({
    type: z.string().describe('URI of the problem type; the README explains each.'),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    instance: z.string().describe('Path of the request.'),
    errors: z
      .array(
        z.strictObject({
          detail: z.string(),
          code: z.string(),
          pointer: z.string().describe('JSON Pointer in fragment form that resolves in what was sent.'),
          parameter: z.string().optional().describe('The query parameter, where one is at fault.'),
          part: z.string().optional().describe('The part of a multipart body that the pointer leads into.'),
        }),
      )
      .optional()
      .describe('Everything found at the stage that failed, 32 at most.'),
    check: checkSchema.optional().describe('With `over-budget`, what was found.'),
  })
  .meta({ title: 'Problem', description: 'An error as RFC 9457 writes it.' });

export interface ProblemEntry {
  readonly detail: string;
  readonly code: string;
  readonly pointer: string;
  readonly parameter?: string;
  readonly part?: string;
}

/** Thrown by routes and plugins for what is not a matter of the architecture. */
export class Problem extends Error {
  readonly problem: ProblemType;
  readonly errors: readonly ProblemEntry[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** What a type of problem has beside what all have. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    problem: ProblemType,
    detail: string,
    errors?: readonly ProblemEntry[],
    headers: Readonly<Record<string, string>> = {},
    members: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
    this.problem = problem;
    this.errors = errors;
    this.headers = headers;
    this.members = members;
  }
}

/** What cannot be answered now may be asked again after so many seconds. */
export function unavailable(detail: string, seconds = 1): Problem {
  return new Problem('unavailable', detail, undefined, { 'retry-after': String(seconds) });
}

/** Which document does not hold together: an architecture where nothing else is said, in the body itself or in a part of it. */
export interface DocumentPlace {
  readonly problem?: 'invalid-architecture' | 'invalid-policy';
  readonly part?: string;
}

/** A document that does not hold together, with the way from the path of an issue to a pointer into what was sent. */
export class InvalidDocument extends Error {
  readonly issues: readonly Issue[];
  readonly pointer: (path: Path) => string;
  readonly place: DocumentPlace;

  constructor(invalid: InvalidArchitecture, pointer: (path: Path) => string, place: DocumentPlace = {}) {
    super(invalid.message);
    this.issues = invalid.issues;
    this.pointer = pointer;
    this.place = place;
  }
}

export function installProblems(app: FastifyInstance, config: Config): void {
  app.setErrorHandler((error: FastifyError | Error, request, reply) => answerError(error, request, reply, config));
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request);
    const allowed = allowedMethods(app, path);
    const problem =
      allowed.length > 0 && !allowed.includes(request.method)
        ? new Problem('method-not-allowed', `${path} takes ${allowed.join(', ')}, not ${request.method}`, undefined, {
            allow: allowed.join(', '),
          })
        : new Problem('not-found', `there is nothing at ${path}; /docs lists what there is`);
    return sendProblem(request, reply, problem, config);
  });
}

/** Answers an error as a problem; also those that the framework finds before there is a route. */
export function answerError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply, config: Config): FastifyReply {
  const problem = problemOf(error, request.routeOptions?.bodyLimit ?? config.maxJsonBytes, config);
  if (isArriving(request)) {
    afterBody(request, () => {
      if (endsConnection(problem, request)) reply.header('connection', 'close');
      sendProblem(request, reply, problem, config);
    });
    return reply;
  }
  if (problem.problem === 'internal-error') request.log.error({ err: error }, 'request failed');
  return sendProblem(request, reply, problem, config);
}

/** Who has sent all that was announced may go on to the next request, unless it was too much. */
export function endsConnection({ problem }: Problem, request: FastifyRequest): boolean {
  return problem === 'body-too-large' || isArriving(request);
}

/** What the HTTP parser refuses has neither request nor reply: the answer is written to the socket as it stands. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem: ProblemType =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? 'headers-too-large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? 'request-timeout'
        : 'bad-request';
  const { status, title } = problemTypes[problem];
  const body = JSON.stringify({ type: problemUri(problem), title, status, detail: brokenRequest[problem] ?? title, instance: '' });
  const headers = {
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
    ...ofPosted,
    ...securityHeaders,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}

const brokenRequest: Partial<Record<ProblemType, string>> = {
  'bad-request': 'the request is no HTTP that can be read',
  'headers-too-large': 'the headers are larger than 16 KiB',
  'request-timeout':
    'the request did not arrive in time: its headers have 10 s, its body 30 s more; only a model file whose weights are passed over may take longer, at 1 KiB/s or more',
};

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

function allowedMethods(app: FastifyInstance, path: string): string[] {
  return methods.filter((method) => app.findRoute({ method, url: path }) !== null || matches(app, method, path));
}

/** Whether a route with parameters takes this path. */
function matches(app: FastifyInstance, method: (typeof methods)[number], path: string): boolean {
  const parent = path.slice(0, path.lastIndexOf('/'));
  return ['name', 'type'].some((parameter) => app.findRoute({ method, url: `${parent}/:${parameter}` }) !== null);
}

/** The problem that an error is; what is none of ours is a failure of ours. */
export function problemOf(error: FastifyError | Error, bodyLimit: number, config: Config): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof InvalidDocument) return ofDocument(error, config);
  const code = 'code' in error ? error.code : undefined;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new Problem('body-too-large', `the body is larger than ${bodyLimit} bytes`);
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH')
    return new Problem('bad-request', 'the body does not have the length that Content-Length states');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new Problem('unsupported-media-type', 'the content type cannot be read; send application/json or leave it out');
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (status !== undefined && status >= 400 && status < 500) return new Problem('bad-request', error.message);
  return new Problem('internal-error', 'the request could not be answered; its id is in x-request-id');
}

function ofDocument(error: InvalidDocument, config: Config): Problem {
  const shown = error.issues.slice(0, config.maxErrors);
  const { problem = 'invalid-architecture', part } = error.place;
  const inPart = part === undefined ? {} : { part };
  const entries = shown.map((issue) => ({ detail: issue.detail, code: issue.code, pointer: error.pointer(issue.path), ...inPart }));
  const count = error.issues.length;
  const rest = count > shown.length ? `; the first ${shown.length} are listed` : '';
  return new Problem(problem, count === 1 ? (shown[0]?.detail ?? '') : `${count} errors${rest}`, entries);
}

function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem, config: Config): FastifyReply {
  const body = problemBody(problem, pathOf(request), config);
  // Sent as bytes, so that neither a serialiser nor a charset parameter (JSON has none) is added.
  return reply
    .code(body.status)
    .headers(problem.headers)
    .type('application/problem+json')
    .send(Buffer.from(JSON.stringify(body)));
}

/** The object that is sent; `instance` is the path of the request. */
export function problemBody(problem: Problem, instance: string, config: Config) {
  const { status, title } = problemTypes[problem.problem];
  return {
    type: problemUri(problem.problem),
    title,
    status,
    detail: problem.message,
    instance,
    ...(problem.errors === undefined ? {} : { errors: problem.errors.slice(0, config.maxErrors) }),
    ...problem.members,
  };
}

function pathOf(request: FastifyRequest): string {
  const end = request.url.indexOf('?');
  return end < 0 ? request.url : request.url.slice(0, end);
}
