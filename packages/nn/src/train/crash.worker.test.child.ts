// Run by worker-calls.test.ts: a worker that answers, fails or dies, as it is told.
import { FormatError } from '@zoopraxis/core';
import { answerCalls } from '../runtime/worker-calls.node.js';
import { DivergenceError, SampleError } from './errors.js';

answerCalls<string>(async (request) => {
  switch (request) {
    case 'exit':
      process.exit(7);
      break;
    case 'throw later':
      setTimeout(() => {
        throw new Error('from a timer');
      });
      await new Promise(() => undefined);
      break;
    case 'divergence':
      throw new DivergenceError('too fast', { hint: 'slow down' });
    case 'sample':
      throw new SampleError('no such picture');
    case 'format':
      throw new FormatError({ format: 'f', where: 'w', expected: 'e', found: 'x', path: 'p' });
    case 'hang':
      await new Promise((resolve) => setTimeout(resolve, 60_000));
  }
  return { reply: `did ${request}` };
});
