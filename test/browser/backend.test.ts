import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Attempt, Runs } from './backend.page.js';
import { type Bench, callInPage, openBench } from './open-page.js';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench?.close());

const fine: Attempt = { error: '', message: '', hint: '' };

test('wasm: results fill the tensors given for them, and runs started at once both come true', async () => {
  const runs = await callInPage<Runs>(await bench.openPage(), 'backend.page.js', 'runModel', 'wasm');
  expect(runs).toMatchObject({ given: [2, 4, 6], isGiven: true });
  expect(runs.squares).toEqual([
    [1, 4, 9],
    [16, 25, 36],
  ]);
  expect(runs.wrongSize).toMatchObject({
    error: 'RangeError',
    message: 'tensor double: must hold 3 elements, got 4',
  });
  expect(runs.notFed).toMatchObject({ error: 'TypeError', message: 'session: input x is not fed' });
});

test('a browser without WebGPU says so and what to do', async () => {
  const page = await bench.openPage({
    initScript: `Object.defineProperty(navigator, 'gpu', { value: undefined });`,
  });
  const [attempt] = await callInPage<Attempt[]>(page, 'backend.page.js', 'openSessions', { device: 'webgpu' }, [1]);
  expect(attempt).toMatchObject({
    error: 'UnavailableError',
    message: 'device webgpu cannot be used: this browser or page has no navigator.gpu',
  });
  expect(attempt?.hint).toContain('take the device wasm');
});

test('a machine without a WebGPU adapter says so and what to do', async () => {
  const page = await bench.openPage({
    initScript: `Object.defineProperty(navigator, 'gpu', { value: { requestAdapter: async () => null } });`,
  });
  const [attempt] = await callInPage<Attempt[]>(page, 'backend.page.js', 'openSessions', { device: 'webgpu' }, [1]);
  expect(attempt).toMatchObject({
    error: 'UnavailableError',
    message: 'device webgpu cannot be used: the browser has WebGPU but finds no adapter',
  });
  expect(attempt?.hint).toContain('take the device wasm');
});

test('threads are refused on a page that is not isolated, and one thread still works there', async () => {
  const page = await bench.openPage({ isolated: false });
  const [two, one] = await callInPage<Attempt[]>(page, 'backend.page.js', 'openSessions', {}, [2, 1]);
  expect(two).toMatchObject({ error: 'UnavailableError' });
  expect(two?.hint).toContain('Cross-Origin-Opener-Policy: same-origin');
  expect(one).toEqual(fine);
});

test('the first session fixes the number of threads', async () => {
  const page = await bench.openPage();
  const attempts = await callInPage<Attempt[]>(page, 'backend.page.js', 'openSessions', {}, [1, 2, 1]);
  expect(attempts[0]).toEqual(fine);
  expect(attempts[1]).toMatchObject({
    error: 'RangeError',
    message: 'session threads: must be 1, as in the first session here, got 2',
  });
  expect(attempts[2]).toEqual(fine);
});

test('a missing .wasm file is told from a faulty model', async () => {
  const [missing] = await callInPage<Attempt[]>(
    await bench.openPage(),
    'backend.page.js',
    'openSessions',
    { wasmUrl: '/nothing/here.wasm' },
    [1],
  );
  expect(missing?.error).toBe('UnavailableError');
  expect(missing?.hint).toContain('wasmUrl');
  const faulty = await callInPage<Attempt>(await bench.openPage(), 'backend.page.js', 'openFaultyModel');
  expect(faulty.error).toBe('Error');
  expect(faulty.message).toContain('protobuf');
});
