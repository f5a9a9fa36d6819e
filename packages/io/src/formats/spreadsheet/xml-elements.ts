import { FormatError } from '@zoopraxis/core';

/** What is heard while XML is read. */
export interface XmlListener {
  /** A tag opens; names have no prefix of their namespace. */
  open?(name: string, attributes: ReadonlyMap<string, string>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** Deepest nesting that is followed: office files have less than ten. */
const deepest = 64;
/** Attributes of one tag. */
const mostAttributes = 256;

const entities: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

/**
 * Reads XML 1.0 that has elements, attributes and text, and calls the listener in its order. Document types are refused, and
 * with them entities of one's own, so that a small file cannot grow; processing instructions are not followed.
 * @throws FormatError naming the character at which something else stands.
 */
export function readXml(
  text: string,
  listener: XmlListener,
  place: { format: string; path?: string; where: string },
): void {
  const fail = (at: number, expected: string): never => {
    throw new FormatError({
      ...place,
      where: `${place.where}, character ${at}`,
      expected,
      found: at >= text.length ? 'the end' : JSON.stringify(text.slice(at, at + 20)),
    });
  };
  const plain = (raw: string, at: number): string =>
    raw.replace(/&([^;&\s]{0,10});?/g, (whole, name: string) => {
      const code = /^#x[0-9a-f]{1,6}$/i.test(name)
        ? Number.parseInt(name.slice(2), 16)
        : /^#\d{1,7}$/.test(name)
          ? Number(name.slice(1))
          : -1;
      const known = entities.get(name) ?? (code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined);
      return known !== undefined && whole.endsWith(';') ? known : fail(at, 'text without unknown entities');
    });
  const local = (name: string) => name.slice(name.indexOf(':') + 1);
  const open: string[] = [];
  const tag = /<(\/?)([A-Za-z_][\w.:-]{0,200})((?:\s+[A-Za-z_][\w.:-]{0,200}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
  let [at, roots] = [text.startsWith('\uFEFF') ? 1 : 0, 0];
  while (at < text.length) {
    const next = text.indexOf('<', at);
    const until = next < 0 ? text.length : next;
    if (until > at) {
      const inner = open.length > 0 ? plain(text.slice(at, until), at) : undefined;
      if (inner !== undefined) listener.text?.(inner);
      else if (text.slice(at, until).trim() !== '') fail(at, 'a tag');
      at = until;
      continue;
    }
    const skipped = (
      [
        ['<!--', '-->'],
        ['<?', '?>'],
      ] as const
    ).find(([start]) => text.startsWith(start, at));
    if (skipped !== undefined) {
      const end = text.indexOf(skipped[1], at + skipped[0].length);
      at = end < 0 ? fail(text.length, skipped[1]) : end + skipped[1].length;
      continue;
    }
    if (text.startsWith('<![CDATA[', at) && open.length > 0) {
      const end = text.indexOf(']]>', at);
      if (end < 0) fail(text.length, ']]>');
      listener.text?.(text.slice(at + 9, end));
      at = end + 3;
      continue;
    }
    tag.lastIndex = at;
    const match = tag.exec(text);
    const [whole = '', slash, name = '', inside = '', single] = match ?? fail(at, 'a tag, and no document type');
    if (slash === '/') {
      if (open.pop() !== name || inside !== '' || single === '/') fail(at, 'the tag that closes the one open');
      listener.close?.(local(name));
    } else {
      if (open.length === 0 && roots++ > 0) fail(at, 'one root');
      if (open.length >= deepest) fail(at, `at most ${deepest} tags in one another`);
      const attributes = new Map<string, string>();
      for (const [, key = '', quoted = ''] of inside.matchAll(/([A-Za-z_][\w.:-]*)\s*=\s*("[^"]*"|'[^']*')/g)) {
        if (attributes.has(key) || attributes.size >= mostAttributes) fail(at, 'attributes that differ');
        attributes.set(key, plain(quoted.slice(1, -1), at));
      }
      listener.open?.(local(name), attributes);
      if (single === '/') listener.close?.(local(name));
      else open.push(name);
    }
    at += whole.length;
  }
  if (open.length > 0 || roots === 0) fail(text.length, open.length > 0 ? `</${open.at(-1)}>` : 'a root');
}
