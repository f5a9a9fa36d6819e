import { FormatError, UnavailableError } from '@zoopraxis/core';
import { afterEach, describe, expect, test } from 'vitest';
import { WorkerCalls } from '../runtime/worker-calls.node.js';
import { DivergenceError, SampleError, trainingErrors } from './errors.js';

let calls: WorkerCalls<unknown>;
const open = () => {
  calls = new WorkerCalls(new URL('./crash.worker.test.child.js', import.meta.url), 'trainer', trainingErrors);
  return calls;
};
afterEach(() => calls.close());

describe('a worker thread', () => {
  test('answers in order, and errors keep class, message and hint', async () => {
    const { call } = { call: open().call.bind(calls) };
    const answers = await Promise.allSettled(['a', 'divergence', 'sample', 'format', 'b'].map((text) => call(text)));
    expect(answers[0]).toEqual({ status: 'fulfilled', value: 'did a' });
    expect(answers[4]).toEqual({ status: 'fulfilled', value: 'did b' });
    const [divergence, sample, format] = answers.slice(1, 4).map((answer) => (answer as PromiseRejectedResult).reason);
    expect(divergence).toBeInstanceOf(DivergenceError);
    expect(divergence).toMatchObject({ message: 'too fast', hint: 'slow down', code: 'divergence' });
    expect(sample).toBeInstanceOf(SampleError);
    expect(format).toBeInstanceOf(FormatError);
    expect(format).toMatchObject({ path: 'p', expected: 'e', found: 'x' });
  });

  test.each(['exit', 'throw later'])(
    'that dies (%s) is reported to all that wait and to all that come',
    async (how) => {
      open();
      const waiting = [calls.call(how), calls.call('hang')];
      for (const answer of await Promise.allSettled(waiting)) {
        const { reason } = answer as PromiseRejectedResult;
        expect(reason).toBeInstanceOf(UnavailableError);
        expect(reason.message).toBe(
          `trainer: its thread ended without being asked to (${how === 'exit' ? 'exit code 7' : 'from a timer'})`,
        );
        expect(reason.hint).toContain('checkpoint');
      }
      await expect(calls.call('a')).rejects.toThrow('its thread ended');
    },
  );

  test('that is closed rejects what it has not answered', async () => {
    open();
    const hanging = calls.call('hang');
    const checked = expect(hanging).rejects.toThrow('trainer: it is closed');
    await calls.close();
    await checked;
    await expect(calls.call('a')).rejects.toThrow('closed');
  });

  test('a request that cannot be sent is refused and the thread stays', async () => {
    open();
    await expect(calls.call(() => 1)).rejects.toThrow('could not be cloned');
    expect(await calls.call('a')).toBe('did a');
  });
});
