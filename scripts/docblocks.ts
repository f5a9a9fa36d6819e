import { lineAt, type MaskedSource, maskSource } from './source-text.js';

/** An export that lacks what the rule asks for. */
export interface DocProblem {
  /** Name of the export, or `Export.member`. */
  readonly name: string;
  readonly message: string;
}

const numericArray =
  /\b(?:Big)?(?:Int|Uint|Float)(?:8|16|32|64)(?:Clamped)?Array\b|\bnumber(?:\[\])+|\b(?:Readonly)?Array<number>/;
/** A name such as `inputShapes`, `dims` or `bytes` says by itself what its numbers are. */
const selfNamed =
  /\b(?:\w*S|s)hapes?\??:\s*(?:readonly\s+|\()*number(?:\[\]|\))+|\bdims\??:\s*(?:readonly\s+)?number\[\]|\b(?:\w*B|b)ytes\??:\s*Uint8Array(?:<\w+>)?/g;
/** `[frame, keypoint, 2]`, not a range such as `[0, 1]`; or one of the words. */
const namesShape = /\[(?=[^[\]]*[A-Za-z])[^[\]]+\]|\b(?:shapes?|lists?|bytes)\b/i;
const declaration =
  /^(export )?(?:declare )?(?:default )?(?:abstract )?(?:async )?(function|const|let|var|class|interface|type|enum|namespace) ([\w$]+)/gm;

/** Returns the docblock that ends right before an offset, or an empty text. */
function docBefore(text: string, offset: number): string {
  const before = text.slice(0, offset).trimEnd();
  if (!before.endsWith('*/')) return '';
  const start = before.lastIndexOf('/*');
  return before.startsWith('/**', start) ? before.slice(start) : '';
}

/** Returns whether a docblock says anything. */
function says(doc: string): boolean {
  return /\w/.test(doc);
}

/** Returns the end of a declaration: the first `;` or, for a body, `}` that is not nested. */
function endOfDeclaration(code: string, start: number, hasBody: boolean): number {
  let depth = 0;
  for (let i = start; i < code.length; i++) {
    const char = code[i] as string;
    if ('([{'.includes(char)) depth++;
    if (')]}'.includes(char)) depth--;
    if (depth === 0 && (char === ';' || (hasBody && char === '}'))) return i + 1;
  }
  return code.length;
}

interface Member {
  readonly name: string;
  readonly doc: string;
  readonly code: string;
}

/** Returns the members between the braces of an interface, class or object type. */
function membersOf(source: MaskedSource, open: number, end: number): Member[] {
  const members: Member[] = [];
  for (let start = open + 1; start < end; ) {
    const stop = endOfDeclaration(source.code, start, false);
    if (stop > end) break;
    const code = source.code.slice(start, stop);
    const first = start + code.search(/\S/);
    const name = /^(?:(?:readonly|static|abstract|declare|get|set) )*([\w$]+)/.exec(code.trimStart())?.[1] ?? '';
    if (!/^\s*(?:static )?(?:private|protected|#)/.test(code)) {
      members.push({ name: name === 'new' ? 'constructor' : name, doc: docBefore(source.text, first), code });
    }
    start = stop;
  }
  return members;
}

function carriesNumbers(code: string): boolean {
  return numericArray.test(code.replaceAll(selfNamed, ''));
}

/**
 * Returns the list of exports of a declaration file (`.d.ts`) that have no docblock, or that carry arrays of
 * numbers without saying what these are. See check-docs.ts for the rule.
 */
export function findDocProblems(declarations: string): DocProblem[] {
  const source = maskSource(declarations);
  const { text, code } = source;
  const listed = new Set(
    [...code.matchAll(/^export (?:type )?\{([^}]*)\}\s*;/gm)].flatMap((match) =>
      (match[1] ?? '').split(',').map(
        (item) =>
          item
            .trim()
            .replace(/^type /, '')
            .split(/\s+as\s+/)[0] ?? '',
      ),
    ),
  );
  const defaultName = /^export default ([\w$]+);/m.exec(code)?.[1];
  if (defaultName !== undefined) listed.add(defaultName);

  const docs = new Map<string, string>();
  const found = [...code.matchAll(declaration)].filter((match) => match[1] !== undefined || listed.has(match[3] ?? ''));
  for (const match of found) {
    const name = match[3] as string;
    // Overloads, and a type and a value of one name, share what is written on any of them.
    docs.set(name, (docs.get(name) ?? '') + docBefore(text, match.index));
  }
  const problems: DocProblem[] = [];
  const silent = new Set<string>();
  for (const match of found) {
    const [kind, name] = [match[2] as string, match[3] as string];
    const doc = docs.get(name) ?? '';
    if (!says(doc)) {
      if (!silent.has(name)) problems.push({ name, message: 'has no docblock' });
      silent.add(name);
      continue;
    }
    if (namesShape.test(doc)) continue;
    const hasBody = kind === 'class' || kind === 'interface' || kind === 'enum' || kind === 'namespace';
    const end = endOfDeclaration(code, match.index, hasBody);
    const body = code.slice(match.index, end);
    const open = hasBody ? body.indexOf('{') : (/^[^=]*=\s*(?=\{)/.exec(body)?.[0].length ?? -1);
    const message = 'carries an array of numbers: name its shape, such as `[frame, keypoint, 2]`, or say list or bytes';
    if (open < 0) {
      if (carriesNumbers(body)) problems.push({ name, message });
      continue;
    }
    for (const member of membersOf(source, match.index + open, end - 1)) {
      if (carriesNumbers(member.code) && !namesShape.test(member.doc)) {
        problems.push({ name: `${name}.${member.name}`, message });
      }
    }
  }
  return problems;
}

/** Returns the line of an export, or of its member, in the source it was compiled from; 1 where it is not found. */
export function lineOfExport(sourceText: string, name: string): number {
  const [outer, member] = name.split('.') as [string, string | undefined];
  const { code } = maskSource(sourceText);
  const escaped = (word: string) => word.replaceAll('$', '\\$');
  const declared = (start: string) => code.search(new RegExp(`^${start}[a-z ]*\\b${escaped(outer)}(?![\\w$])`, 'm'));
  const exported = declared('export ');
  const at = exported >= 0 ? exported : declared('(?=[a-z])');
  if (at < 0) return 1;
  const inside =
    member === undefined ? 0 : code.slice(at).search(new RegExp(`\\b${escaped(member)}(?![\\w$])\\s*[?:(<]`));
  return lineAt(sourceText, at + Math.max(inside, 0));
}
