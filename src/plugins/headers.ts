/**
 * Security headers of every answer: it is data, which no browser may take for a page, run, frame or read from another site. The page of `/docs` brings a content
 * security policy of its own. HSTS is for whoever terminates TLS.
 * Source: OWASP REST Security Cheat Sheet.
 */

import type { FastifyInstance } from 'fastify';

export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'accelerometer=(), camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** An answer about a posted model is its sender's alone; what ships with the service may be kept. */
export const ofPosted = { 'cache-control': 'no-store' };

export function installHeaders(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const isShared = request.method === 'GET' || request.method === 'HEAD';
    const headers = isShared && reply.statusCode < 400 ? securityHeaders : { ...securityHeaders, ...ofPosted };
    for (const [name, value] of Object.entries(headers)) if (!reply.hasHeader(name)) reply.header(name, value);
    done(null, payload);
  });
}
