/** A value of a Python literal; a dict is a Map, tuples and lists are arrays. */
export type LiteralValue = string | number | boolean | null | LiteralValue[] | Map<LiteralValue, LiteralValue>;

const tokens =
  /\s*(?:([{}()[\],:])|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(-?\d{1,15})L?(?![\w.])|(True|False|None)\b)/y;

/**
 * Returns the value of a Python literal of texts, whole numbers, truth values, tuples, lists and dicts, as headers of
 * numpy files have it, or undefined where the text is another one. Nothing is evaluated.
 */
export function parsePythonLiteral(text: string): LiteralValue | undefined {
  let at = 0;
  const next = (): RegExpExecArray | undefined => {
    tokens.lastIndex = at;
    const match = tokens.exec(text);
    if (match === null) return undefined;
    at = tokens.lastIndex;
    return match;
  };
  const peek = (): string | undefined => {
    const before = at;
    const sign = next()?.[1];
    at = before;
    return sign;
  };
  const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
  const value = (depth: number): LiteralValue | undefined => {
    const token = depth > 16 ? undefined : next();
    if (token === undefined) return undefined;
    const [, sign, single, double, integer, word] = token;
    const quoted = single ?? double;
    if (quoted !== undefined) return quoted.includes('\\') ? undefined : quoted;
    if (integer !== undefined) return Number(integer);
    if (word !== undefined) return word === 'None' ? null : word === 'True';
    const end = closing[sign as string];
    if (end === undefined) return undefined;
    const items: LiteralValue[] = [];
    const map = new Map<LiteralValue, LiteralValue>();
    let commas = 0;
    while (peek() !== end) {
      if (items.length + map.size > commas) {
        if (next()?.[1] !== ',') return undefined;
        commas++;
        continue;
      }
      const item = value(depth + 1);
      if (item === undefined) return undefined;
      if (sign === '{') {
        if (next()?.[1] !== ':') return undefined;
        const entry = value(depth + 1);
        if (entry === undefined || map.has(item)) return undefined;
        map.set(item, entry);
      } else items.push(item);
    }
    next();
    if (sign === '{') return map;
    return sign === '(' && items.length === 1 && commas === 0 ? items[0] : items;
  };
  const whole = value(0);
  return text.slice(at).trim() === '' ? whole : undefined;
}
