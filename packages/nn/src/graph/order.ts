import type { Call, Value } from './value.js';

/** Returns every call that the values depend on, each after all calls it uses; the same order at every build. */
export function callsInOrder(values: readonly Value[]): Call[] {
  const done = new Set<Call>();
  const order: Call[] = [];
  const stack: { call: Call; next: number }[] = [];
  const visit = (value: Value): void => {
    if (value.source.kind !== 'call' || done.has(value.source.call)) return;
    done.add(value.source.call);
    stack.push({ call: value.source.call, next: 0 });
  };
  for (const value of values) {
    visit(value);
    while (stack.length > 0) {
      const top = stack[stack.length - 1] as { call: Call; next: number };
      const inputValue = top.call.inputs[top.next++];
      if (inputValue === undefined) {
        order.push(top.call);
        stack.pop();
      } else {
        visit(inputValue);
      }
    }
  }
  return order;
}

/** Returns every leaf that the values depend on, in order of first use. */
export function leavesOf(values: readonly Value[]): Value[] {
  const leaves = new Set<Value>();
  const add = (value: Value): void => {
    if (value.source.kind !== 'call') leaves.add(value);
  };
  for (const call of callsInOrder(values)) call.inputs.forEach(add);
  values.forEach(add);
  return [...leaves];
}
