/** How bodies come in: any `application/*` content type, or none, as raw bytes up to the limit. */

import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { Problem } from './problems.ts';

export function installLimits(app: FastifyInstance, config: Config): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: config.maxJsonBytes }, (request, body, done) => {
    const type = request.headers['content-type'];
    if (type === undefined || /^application\//i.test(type.trim())) return done(null, body);
    return done(
      new Problem(
        'unsupported-media-type',
        `the content type ${JSON.stringify(type.slice(0, 100))} is not read; send application/json (any application/* is read by content)`,
      ),
      undefined,
    );
  });
}
