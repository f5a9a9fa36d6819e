/** Targets that tracks alone tell. */
export const trackTargetKinds = ['low confidence', 'large jump', 'identity crossing'] as const;

/** A kind of target that tracks alone tell. */
export type TrackTargetKind = (typeof trackTargetKinds)[number];
