import { PickleObject } from './vocabulary.js';

/** How deep values may lie inside one another: readers go through them by recursion. */
export const maximumDepth = 256;

const childrenOf = (value: object): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  if (value instanceof Set) return [...value];
  return value instanceof PickleObject ? value.contents() : [];
};

const isContainer = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);

/**
 * Returns what is wrong with a value as a tree, or undefined: deeper than {@link maximumDepth} (a value inside itself
 * is), or of more values, each counted wherever it appears, than `maximumValues`. A few bytes of a pickle can describe
 * a tree that no reader would ever get through, by using one value twice at each level.
 */
export function treeProblem(root: unknown, maximumValues: number): { expected: string; found: string } | undefined {
  if (!isContainer(root)) return undefined;
  const deeper = { expected: `values at most ${maximumDepth} deep`, found: 'deeper ones, or a value inside itself' };
  const more = { expected: `at most ${maximumValues} values`, found: 'more, or one value again and again' };
  // Expanded sizes, found from the leaves up: each container is looked at once, however often it is used.
  const sizes = new Map<object, number>();
  const heights = new Map<object, number>();
  const open = new Set<object>([root]);
  const stack: { value: object; children: readonly unknown[]; next: number; size: number; height: number }[] = [];
  const enter = (value: object) => stack.push({ value, children: childrenOf(value), next: 0, size: 1, height: 1 });
  enter(root);
  while (stack.length > 0) {
    if (stack.length > maximumDepth) return deeper;
    const top = stack[stack.length - 1] as (typeof stack)[number];
    if (top.next === top.children.length) {
      stack.pop();
      open.delete(top.value);
      sizes.set(top.value, top.size);
      heights.set(top.value, top.height);
      const above = stack[stack.length - 1];
      if (above === undefined) return top.size > maximumValues ? more : undefined;
      above.size += top.size;
      above.height = Math.max(above.height, top.height + 1);
      if (above.size > maximumValues) return more;
      continue;
    }
    const child = top.children[top.next++];
    if (!isContainer(child)) {
      top.size++;
      continue;
    }
    if (open.has(child)) return deeper;
    const known = sizes.get(child);
    if (known === undefined) {
      open.add(child);
      enter(child);
    } else {
      top.size += known;
      top.height = Math.max(top.height, (heights.get(child) as number) + 1);
      if (stack.length + top.height - 1 > maximumDepth) return deeper;
      if (top.size > maximumValues) return more;
    }
  }
  return undefined;
}
