import { parameterHypers, type TrainedParameter } from './groups.js';
import { alignedLength, type LanePlan, type LaneSegment } from './lane.js';
import type { OptimizerSettings } from './settings.js';

/**
 * Returns the plans of `laneCount` lanes: whole parameters, the largest first to the emptiest lane, so that lanes are of
 * nearly one size; inside a lane in the order given. There are no more lanes than parameters, and at least one.
 */
export function planLanes(
  parameters: readonly TrainedParameter[],
  settings: OptimizerSettings,
  laneCount: number,
): LanePlan[] {
  if (!(Number.isInteger(laneCount) && laneCount >= 1)) {
    throw new RangeError(`lanes: must be a positive integer, got ${laneCount}`);
  }
  const hypers = parameterHypers(settings, parameters);
  const sizes = parameters.map(({ shape }) => shape.reduce((product, size) => product * size, 1));
  const count = Math.max(1, Math.min(laneCount, parameters.length));
  const loads = new Array<number>(count).fill(0);
  const laneOf = new Map<number, number>();
  const largestFirst = sizes.map((_, index) => index).sort((a, b) => sizes[b]! - sizes[a]! || a - b);
  for (const index of largestFirst) {
    const lane = loads.indexOf(Math.min(...loads));
    loads[lane] = loads[lane]! + sizes[index]!;
    laneOf.set(index, lane);
  }
  return loads.map((_, lane) => {
    const segments: LaneSegment[] = [];
    let length = 0;
    for (const [index, { name }] of parameters.entries()) {
      if (laneOf.get(index) !== lane) continue;
      segments.push({ name, offset: length, length: sizes[index]!, ...hypers[index]! });
      length += alignedLength(sizes[index]!);
    }
    return { segments, length };
  });
}
