/**
 * Evaluates a formula with values put in ("⌊(224 + 2·1 − 3)/1⌋ + 1"), by recursive descent over its characters; shares nothing with
 * src/tensor/formula.ts, which compiles to JavaScript.
 */
export function evaluateText(text: string): number {
  const tokens = text.match(/\d+(?:\.\d+)?(?:e[+-]?\d+)?|[a-z]+|[^\s]/gi) ?? [];
  let at = 0;

  const sum = (): number => {
    let value = product();
    while (tokens[at] === '+' || tokens[at] === '−') value = tokens[at++] === '+' ? value + product() : value - product();
    return value;
  };
  const product = (): number => {
    let value = power();
    while (tokens[at] === '·' || tokens[at] === '/') value = tokens[at++] === '·' ? value * power() : value / power();
    return value;
  };
  const power = (): number => {
    const base = atom();
    if (tokens[at] !== '^') return base;
    at++;
    return base ** power();
  };
  const closed = (close: string): number => {
    const value = sum();
    if (tokens[at++] !== close) throw new Error(`expected ${close} in ${text}`);
    return value;
  };
  const atom = (): number => {
    const token = tokens[at++];
    if (token === '−') return -atom();
    if (token === '(') return closed(')');
    if (token === '⌊') return Math.floor(closed('⌋'));
    if (token === '⌈') return Math.ceil(closed('⌉'));
    if (token === '√') return Math.sqrt(atom());
    if (token === 'max' || token === 'min') {
      at++;
      const values = [sum()];
      while (tokens[at] === ',') {
        at++;
        values.push(sum());
      }
      at++;
      return token === 'max' ? Math.max(...values) : Math.min(...values);
    }
    if (token === undefined || !/^\d/.test(token)) throw new Error(`unexpected ${token} in ${text}`);
    return Number(token);
  };

  const value = sum();
  if (at !== tokens.length) throw new Error(`${text} goes on after ${tokens.slice(0, at).join(' ')}`);
  return value;
}
