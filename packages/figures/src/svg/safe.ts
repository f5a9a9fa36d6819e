import { renderSvg, type SvgElement } from './element.js';
import { parseSvg } from './parse.js';

const tags = new Set(['svg', 'g', 'title', 'desc', 'metadata', 'rect', 'path', 'circle', 'ellipse', 'text', 'image']);
const attributes =
  /^(?:xmlns|viewBox|width|height|role|aria-label|aria-hidden|x|y|cx|cy|r|rx|ry|d|href|transform|opacity|text-anchor|paint-order|preserveAspectRatio|(?:font|fill|stroke)(?:-[a-z]+)?)$/;
const picture = /^data:image\/(?:png|jpeg|webp);base64,[A-Za-z0-9+/]+=*$/;

function isSafe({ tag, attributes: given, children }: SvgElement): boolean {
  if (!tags.has(tag)) return false;
  for (const [name, value] of Object.entries(given)) {
    const text = String(value);
    if (!attributes.test(name) || /url\s*\(/i.test(text)) return false;
    if (name === 'href' && (tag !== 'image' || !picture.test(text))) return false;
    if (name === 'xmlns' && text !== 'http://www.w3.org/2000/svg') return false;
  }
  return children.every((child) => typeof child !== 'object' || isSafe(child));
}

/**
 * Returns a drawing written anew from what our figures may hold, safe to stand inside a page; undefined where it holds
 * anything else: scripts, styles, links, pictures from elsewhere.
 */
export function safeSvg(svgText: string): string | undefined {
  let root: SvgElement;
  try {
    root = parseSvg(svgText);
  } catch {
    return undefined;
  }
  return isSafe(root) ? renderSvg(root) : undefined;
}
