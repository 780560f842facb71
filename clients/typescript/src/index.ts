/** A client of layergauge whose paths, queries, bodies and answers have the types of its OpenAPI document. */

import createClient, { type Client, type ClientOptions } from 'openapi-fetch';
import type { components, paths } from './api.ts';

export type { components, operations, paths } from './api.ts';
export type Report = components['schemas']['Report'];
export type Problem = components['schemas']['Problem'];

/** Answers are JSON, and problems; `parseAs: 'text'` gives the other forms that `Accept` asks for. */
type Media = 'application/json' | 'application/problem+json';

/**
 * The service at a URL, such as `http://localhost:3000`. A model file is sent as a Blob, as it is; a body with a Blob in it is sent as a form, its other values
 * as JSON parts; every other body is JSON.
 */
export function createLayergauge(baseUrl: string, options: Omit<ClientOptions, 'baseUrl'> = {}): Client<paths, Media> {
  return createClient<paths, Media>({ bodySerializer: serialize, ...options, baseUrl });
}

function serialize(body: unknown): BodyInit {
  if (body instanceof Blob) return body;
  if (typeof body === 'object' && body !== null && Object.values(body).some((value) => value instanceof Blob)) {
    const form = new FormData();
    for (const [name, value] of Object.entries(body))
      if (value !== undefined) form.append(name, value instanceof Blob ? value : new Blob([JSON.stringify(value)]));
    return form;
  }
  return JSON.stringify(body);
}
