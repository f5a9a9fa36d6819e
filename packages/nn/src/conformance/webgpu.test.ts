import { UnavailableError } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { emitGraph } from '../graph/emit.js';
import { input } from '../graph/value.js';
import { encodeModel } from '../onnx/encode.js';
import { neg } from '../ops/unary.js';
import { directBackend } from '../runtime/ort-backend.node.js';
import { conformanceFamilies } from './cases.js';
import { checkCase } from './check.js';
import { readReferences } from './references.node.js';

const backend = directBackend('webgpu');

/** Returns why the device cannot be used, or '' where it can. */
async function reasonToSkip(): Promise<string> {
  const { model } = emitGraph(new Map([['y', neg(input('x', [1]))]]), { target: 'webgpu' });
  try {
    await (await backend.createSession(encodeModel(model))).close();
    return '';
  } catch (error) {
    if (error instanceof UnavailableError) return error.message.split('\n')[0] as string;
    throw error;
  }
}

const reason = await reasonToSkip();

if (reason === '') {
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
    console.warn(`Conformance on WebGPU is skipped: ${reason}`);
    skip(reason);
  });
}
