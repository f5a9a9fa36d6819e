import { answerCalls } from '@zoopraxis/core/node';
import {
  type LaneArenas,
  type LanePlan,
  type LaneStep,
  laneBuffers,
  squaredNorms,
  updateLane,
} from '../optimize/lane.js';
import type { OptimizerSettings } from '../optimize/settings.js';

/** What an optimizer thread is asked; the arrays come and go by being moved. */
export type LaneRequest =
  | { kind: 'open'; plan: LanePlan; settings: OptimizerSettings }
  | { kind: 'measure'; arenas: LaneArenas }
  | { kind: 'update'; arenas: LaneArenas; step: LaneStep };

/** What it answers. */
export interface LaneReply {
  arenas: LaneArenas;
  /** Sums of squares, a list in order of segments. */
  squares?: Float64Array;
}

let opened: { plan: LanePlan; settings: OptimizerSettings } | undefined;

answerCalls<LaneRequest>(async (request) => {
  if (request.kind === 'open') {
    opened = request;
    return { reply: undefined };
  }
  if (opened === undefined) throw new TypeError('lane: it must be opened first');
  const { arenas } = request;
  const reply: LaneReply = { arenas };
  if (request.kind === 'measure') reply.squares = squaredNorms(opened.plan, arenas);
  else updateLane(opened.plan, arenas, opened.settings, request.step);
  return { reply, moved: laneBuffers(arenas) };
});
