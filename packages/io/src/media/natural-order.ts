/** Returns names in the order a person expects: runs of digits by their value (`img2` before `img10`), the rest by UTF-16 code units. */
export function naturalOrder(names: readonly string[]): string[] {
  const split = names.map((name) => ({ name, parts: name.split(/(\d+)/) }));
  split.sort((a, b) => {
    const count = Math.min(a.parts.length, b.parts.length);
    for (let at = 0; at < count; at++) {
      const [mine, other] = [a.parts[at] as string, b.parts[at] as string];
      if (at % 2 === 1) {
        const [left, right] = [mine.replace(/^0+/, ''), other.replace(/^0+/, '')];
        if (left.length !== right.length) return left.length - right.length;
        if (left !== right) return left < right ? -1 : 1;
      } else if (mine !== other) return mine < other ? -1 : 1;
    }
    return a.parts.length - b.parts.length || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  });
  return split.map(({ name }) => name);
}
