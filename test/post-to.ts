/** Bodies posted to one address of a service without a socket. */

import type { Service } from './service.ts';

export interface Posted {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked into by its test
  readonly body: any;
}

/** Posts `payload` to `url`; `body` is the answer's JSON, where it is that. */
export async function postTo(service: Service, url: string, payload: Buffer | string, type: string, accept?: string): Promise<Posted> {
  const headers = { 'content-type': type, ...(accept === undefined ? {} : { accept }) };
  const answer = await service.app.inject({ method: 'POST', url, payload, headers });
  const isJson = String(answer.headers['content-type']).includes('json');
  return { status: answer.statusCode, headers: answer.headers, text: answer.payload, body: isJson ? answer.json() : undefined };
}
