/**
 * Formulas as text that is also the code: `formula('k0·k1·{c_in/g}·c_out·h·w·n')` evaluates over a record of symbols, prints itself for
 * the documentation (`k·k·c_in/g·c_out·h·w·n`) and with values put in (`3·3·3·64·224·224·1 = 86704128`). So a number and its explanation
 * cannot drift apart.
 *
 * Grammar: numbers, symbols, `+ − · / ^`, parentheses, `⌊ ⌋`, `⌈ ⌉`, `√(…)`, `max(a, b)`, `min(a, b)`. `−` binds like `+`, `·` and `/` from left to
 * right. A trailing digit tells the axes of one symbol apart and is not printed (`k0`, `k1` print as `k`); a name in braces is one symbol with a
 * compound name.
 */

export type Symbols = Readonly<Record<string, number>>;

export interface Formula {
  /** As documentation prints it. */
  readonly text: string;
  evaluate(symbols: Symbols): number;
  /** The right-hand side with numbers in place of symbols, `=`, and its value. */
  withValues(symbols: Symbols): string;
}

const tokenPattern = /\s*(?:(\d+(?:\.\d+)?)|\{([^}]+)\}|([A-Za-z_][A-Za-z0-9_]*)|([+−·/^(),⌊⌋⌈⌉√]))/y;
const functions = new Set(['max', 'min']);
const code: Record<string, string> = {
  '−': '-',
  '·': '*',
  '^': '**',
  '⌊': 'Math.floor(',
  '⌋': ')',
  '⌈': 'Math.ceil(',
  '⌉': ')',
  '√': 'Math.sqrt',
};

interface Token {
  readonly kind: 'number' | 'symbol' | 'function' | 'sign';
  readonly text: string;
}

/** Compiles a formula; throws at once on text outside the grammar, since formulas are written by us and never posted. */
export function formula(source: string): Formula {
  const tokens = tokenize(source);
  const body = tokens
    .map((token) =>
      token.kind === 'symbol'
        ? `s[${JSON.stringify(token.text)}]`
        : token.kind === 'function'
          ? `Math.${token.text}`
          : (code[token.text] ?? token.text),
    )
    .join('');
  const evaluate = new Function('s', `return ${body};`) as (symbols: Symbols) => number;
  return {
    text: print(tokens, (name) => name.replace(/(?<=[A-Za-z_])\d$/, '')),
    evaluate,
    withValues: (symbols) => `${print(tokens, (name) => valueText(symbols[name] ?? Number.NaN))} = ${valueText(evaluate(symbols))}`,
  };
}

function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < source.length) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(source);
    if (match === null) throw new Error(`formula "${source}" is not understood at ${at}`);
    const [, number, compound, word, sign] = match;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (compound !== undefined) tokens.push({ kind: 'symbol', text: compound });
    else if (word !== undefined) tokens.push({ kind: functions.has(word) ? 'function' : 'symbol', text: word });
    else tokens.push({ kind: 'sign', text: sign ?? '' });
  }
  return tokens;
}

function print(tokens: readonly Token[], symbol: (name: string) => string): string {
  return tokens
    .map((token) => {
      if (token.kind === 'symbol') return symbol(token.text);
      if (token.text === '+' || token.text === '−') return ` ${token.text} `;
      return token.text === ',' ? ', ' : token.text;
    })
    .join('');
}

function valueText(value: number): string {
  return value < 0 ? `(−${-value})` : String(value);
}
