/**
 * Returns the first key that occurs twice in one object of a JSON text, or undefined.
 * The text must be valid JSON (`JSON.parse` keeps the last of two equal keys and says nothing).
 */
export function duplicateKey(json: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  const colon = /\s*:/y;
  let index = 0;
  while (index < json.length) {
    const char = json[index];
    if (char === '"') {
      const start = index++;
      while (json[index] !== '"') index += json[index] === '\\' ? 2 : 1;
      index++;
      const keys = open.at(-1);
      colon.lastIndex = index;
      if (keys && colon.test(json)) {
        const key = JSON.parse(json.slice(start, index)) as string;
        if (keys.has(key)) return key;
        keys.add(key);
      }
      continue;
    }
    if (char === '{') open.push(new Set());
    else if (char === '[') open.push(undefined);
    else if (char === '}' || char === ']') open.pop();
    index++;
  }
  return undefined;
}
