/** What helps where a thread of this package has died, as one sentence. */
export const threadHint =
  'If memory ran out, take smaller batches or fewer workers; a run with checkpoints goes on from the last one.';
