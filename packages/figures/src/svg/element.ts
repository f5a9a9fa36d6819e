/** What an attribute may hold; undefined leaves it out. */
export type SvgAttribute = string | number | undefined;

/** A part of a drawing: an element, a text, or nothing. */
export type SvgChild = SvgElement | string | undefined;

/** An SVG element as plain data. */
export interface SvgElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, SvgAttribute>>;
  readonly children: readonly SvgChild[];
}

/** Parts of a drawing, nested at will. */
export type SvgContent = SvgChild | readonly SvgContent[];

/** Returns an element; attribute names are those of SVG, numbers are written with two decimals. */
export function svg(
  tag: string,
  attributes: Readonly<Record<string, SvgAttribute>> = {},
  ...children: readonly SvgContent[]
): SvgElement {
  return { tag, attributes, children: flatten(children) };
}

function flatten(content: readonly SvgContent[]): SvgChild[] {
  return content.flatMap((part) => (Array.isArray(part) ? flatten(part) : [part as SvgChild]));
}

/** Returns a number as SVG text: at most two decimals, no exponent, no negative zero. */
export function svgNumber(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`svg: numbers must be finite, got ${value}`);
  const rounded = Math.round(value * 100) / 100;
  return rounded === 0 ? '0' : String(rounded);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Returns text that is safe inside elements and quoted attributes of SVG and HTML; control characters are dropped. */
export function escapeMarkup(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => entities[character] as string)
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '');
}

/** Between tags quotes are letters like any others; JSON would be twice as long with them escaped. */
function escapeText(text: string): string {
  return escapeMarkup(text).replaceAll('&quot;', '"').replaceAll('&#39;', "'");
}

function write(element: SvgElement, out: string[]): void {
  out.push('<', element.tag);
  for (const [name, value] of Object.entries(element.attributes)) {
    if (value === undefined) continue;
    out.push(' ', name, '="', typeof value === 'number' ? svgNumber(value) : escapeMarkup(value), '"');
  }
  if (element.children.length === 0) {
    out.push('/>');
    return;
  }
  out.push('>');
  for (const child of element.children) {
    if (typeof child === 'string') out.push(escapeText(child));
    else if (child !== undefined) write(child, out);
  }
  out.push('</', element.tag, '>');
}

/** Returns the text of an element and all in it, escaped. */
export function renderSvg(element: SvgElement): string {
  const out: string[] = [];
  write(element, out);
  return out.join('');
}
