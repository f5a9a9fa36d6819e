import { webBackend } from '@zoopraxis/nn/web';
import { runSmallTraining, type TrainingOutcome } from './small-training.js';

/** Runs the small training in the page that imports this. */
export function trainInPage(device: 'wasm' | 'webgpu', steps: number, threads = 1): Promise<TrainingOutcome> {
  return runSmallTraining(webBackend({ device }), steps, threads);
}
