import { toast } from 'sonner';
import { ServerRefusal } from '../server/client.js';

/** Shows a sentence at the edge of the page, which screen readers say; it takes the place of the last one of its topic. */
export function tell(
  sentence: string,
  { isLasting = false, topic }: { isLasting?: boolean; topic?: string } = {},
): void {
  toast(sentence, {
    ...(isLasting ? { duration: Number.POSITIVE_INFINITY, closeButton: true } : {}),
    ...(topic === undefined ? {} : { id: topic }),
  });
}

/** Shows what went wrong and how to mend it; work that was called off is not a problem. */
export function tellProblem(error: unknown): void {
  if (error instanceof DOMException && error.name === 'AbortError') return;
  const message = error instanceof Error ? error.message : String(error);
  const hint = error instanceof ServerRefusal ? error.hint : null;
  toast.error(message, { ...(hint === null ? {} : { description: hint }), duration: 12_000, closeButton: true });
}
