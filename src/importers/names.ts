/** Names of foreign files made names of a document: printable, not too long, each once, and none that reads as another layer's output. */

/** Control characters, line separators and lone surrogates, which no name may hold. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it replaces
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]/gu;

export class Names {
  readonly #most: number;
  readonly #taken = new Set<string>();
  /** Next number to try after a name that is taken. */
  readonly #next = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * `wanted`, or `wanted#2` where that is taken; `<otherwise>_1`, `_2`, … where there is no name. With several outputs `name:1`, … are taken with it, with
   * an activation its row as well.
   */
  take(wanted: unknown, otherwise: string, outputs: number, activation = false): string {
    const text = typeof wanted === 'string' && wanted !== '' ? this.#fit(wanted) : undefined;
    const base = text ?? `${otherwise}_`;
    let name = text ?? `${otherwise}_1`;
    if (!this.#isFree(name, outputs, activation)) {
      let number = this.#next.get(base) ?? 2;
      do name = text === undefined ? `${base}${number++}` : this.#numbered(text, number++);
      while (!this.#isFree(name, outputs, activation));
      this.#next.set(base, number);
    }
    this.#taken.add(name);
    for (let output = 1; output < outputs; output++) this.#taken.add(`${name}:${output}`);
    if (activation) this.#taken.add(`${name}.activation`);
    return name;
  }

  #isFree(name: string, outputs: number, activation: boolean): boolean {
    if (this.#taken.has(name)) return false;
    for (let output = 1; output < outputs; output++) if (this.#taken.has(`${name}:${output}`)) return false;
    return !activation || !this.#taken.has(`${name}.activation`);
  }

  #fit(name: string): string {
    const printable = name.replace(unprintable, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
    return this.#cut(printable, this.#most);
  }

  #numbered(name: string, number: number): string {
    const suffix = `#${number}`;
    return this.#cut(name, this.#most - suffix.length) + suffix;
  }

  #cut(name: string, most: number): string {
    if (name.length <= most) return name;
    const characters = [...name];
    return characters.length <= most ? name : `${characters.slice(0, most - 1).join('')}…`;
  }
}
