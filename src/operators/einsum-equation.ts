/**
 * The text of an einsum: `bhid,bhjd->bhij`. Subscripts are letters, one an axis; `...` stands for the axes that no letter names; spaces mean nothing.
 * Without `->` the output has the axes of `...` and then, in alphabetical order (capitals first), the letters that occur once.
 * Source: PyTorch documentation of torch.einsum.
 */

import { Refusal } from '../issue.ts';

/** Subscripts of one operand or the output: letters as character codes, and `ellipsis`. */
export type Subscripts = readonly number[];

export const ellipsis = -1;

export interface Equation {
  readonly operands: readonly Subscripts[];
  readonly output: Subscripts;
}

const space = 32;
const comma = 44;
const dash = 45;
const dot = 46;
const greater = 62;

/** Takes an equation apart; refuses, at `equation`, text that is none. */
export function parseEquation(text: string): Equation {
  const operands: number[][] = [[]];
  let output: number[] | undefined;
  let current = operands[0] as number[];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === space) continue;
    if (isLetter(code)) current.push(code);
    else if (code === dot) {
      if (text.charCodeAt(at + 1) !== dot || text.charCodeAt(at + 2) !== dot) refuse(`the "." at position ${at} is not part of "..."`);
      if (current.includes(ellipsis))
        refuse(`the "..." at position ${at} is the second in ${output === undefined ? `operand ${operands.length - 1}` : 'the output'}`);
      current.push(ellipsis);
      at += 2;
    } else if (code === comma && output === undefined) {
      current = [];
      operands.push(current);
    } else if (code === dash && text.charCodeAt(at + 1) === greater && output === undefined) {
      output = [];
      current = output;
      at++;
    } else
      refuse(
        `"${String.fromCodePoint(text.codePointAt(at) ?? code)}" at position ${at} is no subscript; subscripts are letters, "..." stands for other axes`,
      );
  }
  if (output === undefined) return { operands, output: implicitOutput(operands) };
  checkOutput(operands, output);
  return { operands, output };
}

function checkOutput(operands: readonly Subscripts[], output: Subscripts): void {
  for (let at = 0; at < output.length; at++) {
    const code = output[at] as number;
    if (code === ellipsis) continue;
    const letter = String.fromCharCode(code);
    if (output.indexOf(code) < at) refuse(`the output has subscript ${letter} twice`);
    if (!operands.some((subscripts) => subscripts.includes(code))) refuse(`the output has subscript ${letter}, which no operand has`);
  }
}

function implicitOutput(operands: readonly Subscripts[]): Subscripts {
  const times = new Map<number, number>();
  for (const subscripts of operands) for (const code of subscripts) times.set(code, (times.get(code) ?? 0) + 1);
  const once = [...times.keys()].filter((code) => code !== ellipsis && times.get(code) === 1).sort((a, b) => a - b);
  return times.has(ellipsis) ? [ellipsis, ...once] : once;
}

/** Whether anything of the operands is missing in the output, so that products are summed. */
export function sumsAnything({ operands, output }: Equation): boolean {
  return operands.some((subscripts) => subscripts.some((code) => !output.includes(code)));
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

function refuse(detail: string): never {
  throw new Refusal(['equation'], 'invalid_value', detail);
}
