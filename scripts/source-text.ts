/** A TypeScript text with what is not code blanked out; every character keeps its place. */
export interface MaskedSource {
  readonly text: string;
  /** The text with comments and the insides of strings, templates and regular expressions as spaces. */
  readonly code: string;
}

const beforeRegExp =
  /(?:^|[(,=:[!&|?{};+\-*%~^<>]|\b(?:return|typeof|case|in|of|delete|void|throw|new|do|else|yield|await))$/;

/** Returns a TypeScript text together with its code alone; a `/` after `)`, `]`, `}` or a name counts as division. */
export function maskSource(text: string): MaskedSource {
  const out = [...text.split('')];
  const blank = (from: number, to: number) => {
    for (let i = from; i < to; i++) if (out[i] !== '\n') out[i] = ' ';
  };
  /** Brace depths at which a `}` returns to a template. */
  const templates: number[] = [];
  let depth = 0;
  let tail = '';
  let i = 0;

  /** Blanks from `from` to the end of a template's text, and returns the place after it. */
  const skipTemplate = (from: number): number => {
    let at = from;
    while (at < text.length && text[at] !== '`') {
      if (text[at] === '\\') at += 2;
      else if (text.startsWith('${', at)) {
        blank(from, at);
        templates.push(depth++);
        return at + 2;
      } else at++;
    }
    blank(from, at);
    return at + 1;
  };

  while (i < text.length) {
    const char = text[i] as string;
    if (char === '/' && text[i + 1] === '/') {
      const end = text.indexOf('\n', i);
      blank(i, end < 0 ? text.length : end);
      i = end < 0 ? text.length : end;
    } else if (char === '/' && text[i + 1] === '*') {
      const end = text.indexOf('*/', i + 2);
      blank(i, end < 0 ? text.length : end + 2);
      i = end < 0 ? text.length : end + 2;
    } else if (char === "'" || char === '"') {
      let end = i + 1;
      while (end < text.length && text[end] !== char && text[end] !== '\n') end += text[end] === '\\' ? 2 : 1;
      blank(i + 1, Math.min(end, text.length));
      i = end + 1;
      tail = char;
    } else if (char === '`') {
      i = skipTemplate(i + 1);
      tail = '`';
    } else if (char === '}' && templates.at(-1) === depth - 1) {
      templates.pop();
      depth--;
      i = skipTemplate(i + 1);
      tail = '`';
    } else if (char === '/' && beforeRegExp.test(tail)) {
      let end = i + 1;
      let inClass = false;
      while (end < text.length && text[end] !== '\n' && (inClass || text[end] !== '/')) {
        if (text[end] === '[') inClass = true;
        if (text[end] === ']') inClass = false;
        end += text[end] === '\\' ? 2 : 1;
      }
      blank(i + 1, Math.min(end, text.length));
      i = end + 1;
      tail = ')';
    } else {
      if (char === '{') depth++;
      if (char === '}') depth--;
      if (!/\s/.test(char)) tail = /[\w$]/.test(char) ? (/\s/.test(text[i - 1] ?? '') ? char : tail + char) : char;
      i++;
    }
  }
  return { text, code: out.join('') };
}

/** Returns the line number, from 1, of an offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) line++;
  return line;
}

/** One import of a file. */
export interface ImportSite {
  readonly specifier: string;
  readonly line: number;
  /** True for `import type` and `export type`: nothing of it is left at run time. */
  readonly typeOnly: boolean;
}

const importForms: readonly { pattern: RegExp; typeOnly?: RegExp }[] = [
  {
    pattern: /\b(?:import|export)\b(?!\s*\()[^'"`;=()]*?\bfrom\s*(['"])/g,
    typeOnly: /^(?:import|export)\s+type\b(?!\s*from)/,
  },
  { pattern: /\bimport\s*(['"])/g },
  { pattern: /(?:\btypeof\s+)?\bimport\s*\(\s*(['"`])/g, typeOnly: /^typeof/ },
  { pattern: /\bnew\s+URL\s*\(\s*(['"`])(?=\s*\1\s*,\s*import\.meta\.url)/g },
];

/** Returns the imports of a file in order: static, side-effect, dynamic, re-exports and `new URL(x, import.meta.url)`. */
export function findImports(source: MaskedSource): ImportSite[] {
  const found: (ImportSite & { at: number })[] = [];
  for (const { pattern, typeOnly } of importForms) {
    for (const match of source.code.matchAll(pattern)) {
      const open = match.index + match[0].length;
      const close = source.code.indexOf(match[1] as string, open);
      if (close < 0 || source.code.slice(open, close).trim() !== '') continue;
      found.push({
        at: match.index,
        specifier: source.text.slice(open, close),
        line: lineAt(source.text, open),
        typeOnly: typeOnly?.test(match[0]) ?? false,
      });
    }
  }
  return found.sort((a, b) => a.at - b.at).map(({ at: _, ...site }) => site);
}
