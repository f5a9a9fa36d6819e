import { type FormChoices, formKey, formsOf } from '../graph/emit.js';
import type { Target } from '../graph/operation.js';
import { callsInOrder } from '../graph/order.js';
import type { Value } from '../graph/value.js';

/**
 * Returns the form of every kind of call that has more than one: the wanted one where the operation has it, else its
 * default. Defaults are named too, so that what a checkpoint records does not change its meaning with a later version.
 */
export function chosenForms(outputs: readonly Value[], target: Target, wanted: FormChoices = {}): FormChoices {
  const chosen: Record<string, string> = {};
  for (const call of callsInOrder(outputs)) {
    const forms = formsOf(call, target);
    if (forms.length < 2) continue;
    const key = formKey(call, target);
    const form = wanted[key];
    chosen[key] = form !== undefined && forms.includes(form) ? form : (forms[0] as string);
  }
  return chosen;
}
