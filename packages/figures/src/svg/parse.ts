import { FormatError } from '@zoopraxis/core';
import type { SvgChild, SvgElement } from './element.js';

const deepest = 64;
const mostElements = 2_000_000;

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeMarkup(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w{1,8}));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return named[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}

/**
 * Returns the elements of SVG text as our figures have them: elements, attributes in double quotes, texts. Nothing else
 * of XML is known here: what defines entities or holds scripts is refused, not run.
 * @throws FormatError naming the place.
 */
export function parseSvg(text: string): SvgElement {
  const refuse = (at: number, expected: string): never => {
    throw new FormatError({
      format: 'SVG',
      where: `letter ${at}`,
      expected,
      found: JSON.stringify(text.slice(at, at + 24)),
      hint: 'Only figures that Zoopraxis drew can be read; another program has changed this one.',
    });
  };
  interface Open {
    readonly tag: string;
    readonly attributes: Record<string, string>;
    readonly children: SvgChild[];
  }
  const tagAt = /<([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>|<\/([A-Za-z][\w:.-]*)\s*>/y;
  const stack: Open[] = [];
  let [root, at, count]: [SvgElement | undefined, number, number] = [undefined, 0, 0];
  const start = /^\uFEFF?\s*(?:<\?xml [^>]*\?>\s*)?/.exec(text)?.[0].length ?? 0;
  at = start;
  while (at < text.length) {
    const next = text.indexOf('<', at);
    const before = text.slice(at, next < 0 ? text.length : next);
    const open = stack.at(-1);
    if (before !== '' && open !== undefined) open.children.push(unescapeMarkup(before));
    else if (before.trim() !== '') refuse(at, 'an element');
    if (next < 0) break;
    tagAt.lastIndex = next;
    const match = tagAt.exec(text);
    if (match === null) return refuse(next, 'an element with attributes in double quotes');
    at = tagAt.lastIndex;
    const [, tag, written = '', closed, ending] = match;
    if (ending !== undefined) {
      const done = stack.pop();
      if (done === undefined || done.tag !== ending) return refuse(next, `the end of ${done?.tag ?? 'the drawing'}`);
      if (stack.length === 0) root = done;
      continue;
    }
    if (root !== undefined || ++count > mostElements) return refuse(next, 'the end of the drawing');
    const attributes: Record<string, string> = {};
    for (const [, name, value] of written.matchAll(/([\w:.-]+)="([^"]*)"/g)) {
      attributes[name as string] = unescapeMarkup(value as string);
    }
    const element: Open = { tag: tag as string, attributes, children: [] };
    stack.at(-1)?.children.push(element);
    if (closed === '/') {
      if (stack.length === 0) root = element;
    } else if (stack.push(element) > deepest) return refuse(next, `at most ${deepest} elements inside one another`);
  }
  if (root === undefined || root.tag !== 'svg') return refuse(start, 'one whole svg element');
  return root;
}
