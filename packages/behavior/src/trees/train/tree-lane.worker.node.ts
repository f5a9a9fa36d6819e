import { answerCalls } from '@zoopraxis/core/node';
import { openLane, type RoundResult } from '../grow/lane.js';
import type { TrainingPlan } from '../grow/plan.js';

/** What a thread that grows trees is asked. */
export type TreeLaneRequest =
  | { kind: 'open'; plan: TrainingPlan; memory: WebAssembly.Memory; lane: number }
  | { kind: 'round'; round: number };

let run: ((round: number) => RoundResult) | undefined;

answerCalls<TreeLaneRequest>((request) => {
  if (request.kind === 'open') {
    run = openLane(request.plan, request.memory, request.lane);
    return { reply: undefined };
  }
  if (run === undefined) throw new TypeError('tree lane: it must be opened first');
  return { reply: run(request.round) };
});
