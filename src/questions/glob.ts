/**
 * Patterns for names and types: `*` stands for any text, `?` for any one character, everything else for itself. The text between two stars is looked for
 * from left to right and never again, so that the time of a pattern grows with the length of a name, and not with the number of its stars.
 */

export type Matcher = (text: string) => boolean;

/** Comparisons that may still be made; below 0 they are used up. Shared by all patterns of a question, so that long ones on long names stay bounded. */
export interface Effort {
  left: number;
}

/** Whether a text matches one of `patterns`. */
export function globsOf(patterns: readonly string[], effort: Effort = { left: Number.POSITIVE_INFINITY }): Matcher {
  const plain = new Set(patterns.filter((pattern) => !isWild(pattern)));
  const wild = patterns.filter(isWild).map((pattern) => wildcard(pattern, effort));
  return (text) => {
    if (plain.has(text)) return true;
    if (wild.length === 0) return false;
    const characters = [...text];
    effort.left -= characters.length;
    return wild.some((matches) => matches(characters));
  };
}

function isWild(pattern: string): boolean {
  return /[*?]/.test(pattern);
}

function wildcard(pattern: string, effort: Effort): (characters: readonly string[]) => boolean {
  const parts = pattern.split('*').map((part) => [...part]);
  const first = parts[0] as readonly string[];
  if (parts.length === 1) return (characters) => characters.length === first.length && startsAt(characters, first, 0, effort);
  const last = parts[parts.length - 1] as readonly string[];
  const middle = parts.slice(1, -1).filter((part) => part.length > 0);
  return (characters) => {
    const end = characters.length - last.length;
    if (end < first.length || !startsAt(characters, first, 0, effort) || !startsAt(characters, last, end, effort)) return false;
    let at = first.length;
    for (const part of middle) {
      while (at + part.length <= end && !startsAt(characters, part, at, effort)) at++;
      if (at + part.length > end) return false;
      at += part.length;
    }
    return true;
  };
}

function startsAt(characters: readonly string[], part: readonly string[], at: number, effort: Effort): boolean {
  let index = 0;
  while (index < part.length && (part[index] === '?' || part[index] === characters[at + index])) index++;
  effort.left -= index + 1;
  return index === part.length;
}
