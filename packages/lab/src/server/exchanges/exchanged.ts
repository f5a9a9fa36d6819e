import type { PoseTracks } from '@zoopraxis/core';
import { type Exchange, exchangeRows, stretchesOfExchanges } from './exchanges.js';

/** Exchanges animals in tracks that nobody else holds, and returns them. */
export function exchanged(
  tracks: PoseTracks,
  exchanges: readonly Exchange[],
  { firstFrame, frameCount }: { readonly firstFrame: number; readonly frameCount: number },
): PoseTracks {
  const { individuals, skeleton, dimensions, position, confidence, boxes, identity } = tracks;
  const stretches = stretchesOfExchanges(individuals, exchanges, frameCount);
  const points = skeleton.keypoints.length;
  const common = { animals: individuals.length, firstFrame, stretches };
  exchangeRows(position, { ...common, width: points * dimensions });
  exchangeRows(confidence, { ...common, width: points });
  if (boxes !== undefined) exchangeRows(boxes, { ...common, width: 4 });
  if (identity !== undefined) exchangeRows(identity, { ...common, width: 1 });
  return tracks;
}
