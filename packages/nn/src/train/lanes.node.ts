import { ThreadCalls } from '@zoopraxis/core/node';
import { type LaneArenas, laneBuffers } from '../optimize/lane.js';
import { threadHint } from '../runtime/thread-hint.js';
import type { LaneReply, LaneRequest } from './lane.worker.node.js';
import type { OpenLane } from './lane-runner.js';

/**
 * Returns a runner with a thread of its own: the arrays move there and back without a copy at each call.
 * (ONNX Runtime refuses arrays in shared memory, so they cannot simply be shared.)
 */
export const openWorkerLane: OpenLane = (plan, arenas, settings) => {
  const calls = new ThreadCalls<LaneRequest>(new URL('./lane.worker.node.js', import.meta.url), {
    label: 'optimizer',
    hint: threadHint,
  });
  // A failure comes back from the calls that follow.
  calls.call({ kind: 'open', plan, settings }).catch(() => undefined);
  let here: LaneArenas | undefined = arenas;
  const take = (): LaneArenas => {
    if (here === undefined) throw new TypeError('optimizer: its arrays are in use or were lost with its thread');
    return here;
  };
  const ask = async (request: (arenas: LaneArenas) => LaneRequest): Promise<LaneReply> => {
    // Sent at once: the caller goes on to update its own lane, which blocks this thread.
    const away = take();
    here = undefined;
    const reply = await calls.call<LaneReply>(request(away), laneBuffers(away));
    here = reply.arenas;
    return reply;
  };
  return {
    plan,
    get arenas() {
      return take();
    },
    async measure() {
      const { squares } = await ask((moving) => ({ kind: 'measure', arenas: moving }));
      if (squares === undefined) throw new TypeError('optimizer: its thread gave no sums');
      return squares;
    },
    async update(step) {
      await ask((moving) => ({ kind: 'update', arenas: moving, step }));
    },
    close: () => calls.close(),
  };
};
