/** Says of a fault in which part of a body it lies: pointers then lead into the part, or through the key of the body's JSON that holds it. */

import { InvalidArchitecture } from '../issue.ts';
import { InvalidDocument, Problem } from '../plugins/problems.ts';

/** A part of a multipart body, or a key of a JSON body. */
export type Place = { readonly part: string } | { readonly key: string };

/** Asks something about what lies there. */
export function within<T>(place: Place, question: () => T): T {
  try {
    return question();
  } catch (error) {
    throw placed(error, place);
  }
}

/** The error as one of that place. */
export function placed(error: unknown, place: Place): unknown {
  if (error instanceof InvalidDocument) {
    const invalid = new InvalidArchitecture(error.issues);
    if ('part' in place) return new InvalidDocument(invalid, error.pointer, { ...error.place, part: place.part });
    return new InvalidDocument(invalid, (path) => `#/${place.key}${error.pointer(path).slice(1)}`, error.place);
  }
  if (error instanceof Problem && (error.problem === 'malformed-body' || error.problem === 'body-too-large')) {
    const where = 'part' in place ? `part ${JSON.stringify(place.part)}` : JSON.stringify(place.key);
    return new Problem(error.problem, `in ${where}: ${error.message}`);
  }
  return error;
}
