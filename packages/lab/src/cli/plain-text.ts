/** Characters by which a text moves a cursor, colors what follows or turns its direction: C0 and C1 but tab and newline, DEL, and marks of direction. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const commands = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Returns a text with each character that a terminal would obey written out as `\u{1b}`: names of files come from anyone. */
export function plainText(text: string): string {
  return text.replace(commands, (character) => `\\u{${(character.codePointAt(0) as number).toString(16)}}`);
}

/** Returns a value of plain data with all its texts as {@link plainText}. */
export function plainData<Value>(value: Value): Value {
  if (typeof value === 'string') return plainText(value) as Value;
  if (Array.isArray(value)) return value.map(plainData) as Value;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plainData(part)])) as Value;
}
