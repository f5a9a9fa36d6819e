import { FormatError, MemoryStore, UnavailableError } from '@zoopraxis/core';
import { describe, expect, it } from 'vitest';
import { gradientsOf } from '../differentiate/gradients-of.js';
import { emitGraph } from '../graph/emit.js';
import { input } from '../graph/value.js';
import { encodeModel } from '../onnx/encode.js';
import { conv2d } from '../ops/convolution.js';
import { matmul } from '../ops/matmul.js';
import { sum } from '../ops/reduce.js';
import { resolveDevice, tryDevice } from './device.node.js';
import { doctor } from './doctor.node.js';
import { chooseForms } from './probe.node.js';
import { workerBackend } from './session.node.js';

const tensor = (shape: number[], data: number[]) => ({
  dtype: 'float32' as const,
  shape,
  data: Float32Array.from(data),
});

function productBytes(): Uint8Array {
  const product = matmul(input('a', [2, 3]), input('b', [3, 1]));
  return encodeModel(emitGraph(new Map([['y', product]]), { target: 'cpu' }).model);
}

describe('sessions in workers', () => {
  it('runs, keeps the caller’s arrays and writes results in place on request', async () => {
    const session = await workerBackend().createSession(productBytes(), { threads: 1 });
    const a = tensor([2, 3], [1, 2, 3, 4, 5, 6]);
    const b = tensor([3, 1], [1, 1, 1]);
    const { y } = await session.run({ a, b });
    expect([...(y?.data ?? [])]).toEqual([6, 15]);
    expect(a.data.length).toBe(6);
    const into = tensor([2, 1], [0, 0]);
    await session.run({ a, b }, { y: into });
    expect([...into.data]).toEqual([6, 15]);
    await session.close();
    await expect(session.run({ a, b })).rejects.toThrow('closed');
  });

  it('gives each of many overlapping runs its own result', async () => {
    const session = await workerBackend().createSession(productBytes(), { threads: 1 });
    const b = tensor([3, 1], [1, 1, 1]);
    const runs = Array.from({ length: 9 }, (_, i) => session.run({ a: tensor([2, 3], [i, 0, 0, 0, i, i]), b }));
    const results = await Promise.all(runs);
    expect(results.map(({ y }) => [...(y?.data ?? [])])).toEqual(results.map((_, i) => [i, 2 * i]));
    await session.close();
  });

  it('names the missing input and goes on working after an error', async () => {
    const session = await workerBackend().createSession(productBytes(), { threads: 1 });
    const a = tensor([2, 3], [1, 2, 3, 4, 5, 6]);
    await expect(session.run({ a })).rejects.toThrow('input b');
    await expect(session.run({ a, b: tensor([1, 3], [1, 1, 1]) })).rejects.toThrow();
    const { y } = await session.run({ a, b: tensor([3, 1], [1, 0, 0]) });
    expect([...(y?.data ?? [])]).toEqual([1, 4]);
    await session.close();
  });

  it('refuses bytes that are no model', async () => {
    await expect(workerBackend().createSession(Uint8Array.of(1, 2, 3))).rejects.toThrow(FormatError);
    const whole = productBytes();
    for (const length of [0, 1, whole.length >> 1, whole.length - 1]) {
      await expect(workerBackend().createSession(whole.subarray(0, length))).rejects.toThrow(FormatError);
    }
    const unknown = encodeModel({
      opsets: { '': 20 },
      graph: {
        name: 'g',
        nodes: [{ opType: 'NoSuchOperator', inputs: ['x'], outputs: ['y'] }],
        initializers: [],
        inputs: [{ name: 'x', type: 'float32', dims: [1] }],
        outputs: [{ name: 'y', type: 'float32', dims: [1] }],
      },
    });
    await expect(workerBackend().createSession(unknown)).rejects.toThrow(/NoSuchOperator/);
  });
});

describe('devices', () => {
  it('finds the CPU and explains a missing CUDA', async () => {
    expect(await tryDevice('cpu')).toEqual({ device: 'cpu', available: true });
    const cuda = await tryDevice('cuda');
    if (cuda.available) return;
    expect(cuda.hint).toContain('CUDA');
    await expect(resolveDevice('cuda')).rejects.toThrow(UnavailableError);
  });

  it('resolves auto to a device that works, to the CPU where there is no other', async () => {
    const device = await resolveDevice('auto');
    expect((await tryDevice(device)).available).toBe(true);
    if (!(await tryDevice('webgpu')).available && !(await tryDevice('cuda')).available) expect(device).toBe('cpu');
  });

  it('reports machine, devices and speed', async () => {
    const report = await doctor({ threads: 1 });
    expect(report.machine.onnxRuntime).toMatch(/^\d+\.\d+\.\d+/);
    expect(report.devices.map(({ device }) => device)).toEqual(['cpu', 'webgpu', 'cuda']);
    expect(report.speeds[0]).toMatchObject({ device: 'cpu', threads: 1 });
    expect(report.speeds[0]?.gflopPerSec).toBeGreaterThan(0);
  });
});

describe('probe', () => {
  it('chooses a form of every call once and remembers it', async () => {
    const x = input('x', [1, 16, 8, 8]);
    const w = input('w', [16, 16, 3, 3]);
    const loss = sum(conv2d(x, w, { padding: 1 }));
    const outputs = gradientsOf(loss, [x, w]).filter((value) => value !== undefined);
    const cache = new MemoryStore();
    const measured: string[] = [];
    const options = {
      threads: 1,
      cache,
      onProgress: (_done: number, _total: number, { form }: { form: string }) => void measured.push(form),
    };
    const forms = await chooseForms(outputs, options);
    expect(measured.length).toBe(2);
    expect(Object.values(forms).sort()).toEqual([...measured].sort());
    expect(await chooseForms(outputs, options)).toEqual(forms);
    expect(measured.length).toBe(2);
    const [name] = await cache.list();
    await cache.write(name as string, new TextEncoder().encode('{"damaged'));
    await chooseForms(outputs, options);
    expect(measured.length).toBe(4);
  });
});
