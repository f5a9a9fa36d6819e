import { answerCalls } from '@zoopraxis/core/node';
import type { WeightArrays } from '../graph/network.js';
import type { OptimizerSettings } from '../optimize/settings.js';
import type { TensorMap } from '../runtime/backend.js';
import { directBackend } from '../runtime/ort-backend.node.js';
import { ownBuffers } from '../runtime/own-buffers.js';
import { TrainingEngine } from './engine.js';
import { openWorkerLane } from './lanes.node.js';
import type { TrainingProgram } from './program.js';
import type { StepOptions } from './trainer.js';

/** What a training thread is opened with: plain data. */
export interface TrainerJob {
  program: TrainingProgram;
  optimizer: OptimizerSettings;
  /** Starting values, row-major `[element]` by name. */
  weights: WeightArrays;
  seed: number;
  threads: number;
  laneCount: number;
  environment: Readonly<Record<string, string>>;
}

/** What a training thread is asked. */
export type TrainerRequest =
  | { kind: 'open'; job: TrainerJob }
  | { kind: 'step'; inputs: TensorMap; options: StepOptions }
  | { kind: 'weights'; average: boolean }
  | { kind: 'save'; metadata: Readonly<Record<string, string>> }
  | { kind: 'load'; bytes: Uint8Array }
  | { kind: 'close' };

let engine: TrainingEngine | undefined;

function opened(): TrainingEngine {
  if (engine === undefined) throw new TypeError('trainer: it must be opened first');
  return engine;
}

answerCalls<TrainerRequest>(async (request) => {
  switch (request.kind) {
    case 'open': {
      const { program } = request.job;
      if (program.target === 'wasm') throw new TypeError('trainer: a program for wasm runs in browsers only');
      engine = await TrainingEngine.open({
        ...request.job,
        backend: directBackend(program.target),
        openLane: openWorkerLane,
      });
      return { reply: engine.info };
    }
    case 'step': {
      const reply = await opened().step(request.inputs, request.options);
      return { reply, moved: ownBuffers(Object.values(reply.tensors).map(({ data }) => data)) };
    }
    case 'weights': {
      const reply = await opened().weights({ average: request.average });
      return { reply, moved: ownBuffers(reply.values()) };
    }
    case 'save': {
      const reply = await opened().saveState(request.metadata);
      return { reply, moved: [reply.buffer as ArrayBuffer] };
    }
    case 'load':
      await opened().loadState(request.bytes);
      return { reply: undefined };
    case 'close':
      await engine?.close();
      engine = undefined;
      return { reply: undefined };
  }
});
