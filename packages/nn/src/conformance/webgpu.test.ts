import { UnavailableError } from '@zoopraxis/core';
import { afterAll, expect, test } from 'vitest';
import { emitGraph } from '../graph/emit.js';
import { input } from '../graph/value.js';
import { encodeModel } from '../onnx/encode.js';
import { neg } from '../ops/unary.js';
import type { Session } from '../runtime/backend.js';
import { directBackend } from '../runtime/ort-backend.node.js';
import { conformanceFamilies } from './cases.js';
import { checkCase } from './check.js';
import { readReferences } from './references.node.js';

const backend = directBackend('webgpu');

/**
 * Returns a session, or why the device cannot be used. It stays open while the cases run: ONNX Runtime gives the device
 * back with its last session, and taking it anew costs 0.15 s each time.
 */
async function openDevice(): Promise<Session | string> {
  const { model } = emitGraph(new Map([['y', neg(input('x', [1]))]]), { target: 'webgpu' });
  try {
    return await backend.createSession(encodeModel(model));
  } catch (error) {
    if (error instanceof UnavailableError) return error.message.split('\n')[0] as string;
    throw error;
  }
}

const device = await openDevice();

if (typeof device !== 'string') {
  afterAll(() => device.close());
  for (const [family, cases] of Object.entries(conformanceFamilies)) {
    const references = readReferences(family);
    // Gradients are held against PyTorch's: finite differences would only run the forward graph again, which is slow here.
    test.each(cases)(`webgpu: ${family}: $name`, async (item) => {
      const reference = references[item.name];
      expect(await checkCase(backend, item, { differences: 0, ...(reference ? { reference } : {}) })).toEqual([]);
    });
  }
} else {
  test('webgpu: conformance', ({ skip }) => {
    console.warn(`Conformance on WebGPU is skipped: ${device}`);
    skip(device);
  });
}
