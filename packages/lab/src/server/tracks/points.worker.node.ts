import { answerCalls } from '@zoopraxis/core/node';
import { type PointRequest, readPoints } from './read-points.js';

answerCalls<PointRequest | 'start'>(async (request) => {
  // Whoever starts the thread ahead of time has it load its modules.
  if (request === 'start') return { reply: undefined };
  const values = await readPoints(request);
  return { reply: values, moved: [values.buffer as ArrayBuffer] };
});
