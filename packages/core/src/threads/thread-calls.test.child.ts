// Run by thread-calls.test.ts: in a thread it answers, fails or dies as it is told; as a program it leaves such a
// thread open.
import { isMainThread } from 'node:worker_threads';
import { FormatError, UnavailableError } from '../errors.js';
import { answerCalls, ThreadCalls } from './thread-calls.node.js';
import { SpeedError } from './thread-calls.test.kit.js';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

if (isMainThread) {
  const calls = new ThreadCalls<string>(new URL(import.meta.url), { label: 'child' });
  await calls.call('a');
  void calls.call('slow').then((reply) => process.stdout.write(String(reply)));
} else {
  answerCalls<string | Uint8Array>(async (request) => {
    if (typeof request !== 'string') return { reply: request.map((value) => value + 1), moved: [] };
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
      case 'speed':
        throw new SpeedError('too fast', { hint: 'slow down' });
      case 'unavailable':
        throw new UnavailableError('no such device', { hint: 'buy one' });
      case 'format':
        throw new FormatError({ format: 'f', where: 'w', expected: 'e', found: 'x', path: 'p' });
      case 'buffer': {
        const reply = new Uint8Array(4).fill(3);
        return { reply, moved: [reply.buffer] };
      }
      case 'function':
        return { reply: () => 1 };
      case 'slow':
        await sleep(50);
        break;
      case 'hang':
        await sleep(60_000);
    }
    return { reply: `did ${request}` };
  });
}
