import { afterAll, expect, test } from 'vitest';
import type { Attempt, Runs } from './backend.page.js';
import { builtModule } from './built-module.js';
import type { PageCheck } from './conformance.page.js';
import { callInPage, openBench } from './open-page.js';
import type { TrainingOutcome } from './small-training.js';

const { conformanceFamilies } =
  await builtModule<typeof import('../../packages/nn/src/conformance/cases.js')>('conformance/cases.js');

/**
 * Chromium's software driver gives sine and cosine to 1.9e-4, within the 2^-11 that WGSL grants: these kernels add up
 * many of them.
 */
const leansOnSines = /^(s4dKernel|stateSpace)/;
const sineReason = 'the software driver is too coarse in sine and cosine for it';

const bench = await openBench({ softwareWebGpu: true });
const page = await bench.openPage();
afterAll(() => bench.close());
const attempt = await callInPage<Attempt>(page, 'backend.page.js', 'holdDevice');

if (attempt.error === 'UnavailableError') {
  test('WebGPU in a browser', ({ skip }) => {
    console.warn(`WebGPU in a browser is skipped: ${attempt.message}`);
    skip(attempt.message);
  });
} else {
  test('WebGPU in a browser: a session opens', () => {
    expect(attempt).toEqual({ error: '', message: '', hint: '' });
  });

  test('WebGPU in a browser: results fill the tensors given for them, and runs started at once both come true', async () => {
    const runs = await callInPage<Runs>(page, 'backend.page.js', 'runModel', 'webgpu');
    expect(runs).toMatchObject({ given: [2, 4, 6], isGiven: true });
    expect(runs.squares).toEqual([
      [1, 4, 9],
      [16, 25, 36],
    ]);
  });

  test('WebGPU in a browser: a small network trains', async () => {
    const { losses } = await callInPage<TrainingOutcome>(page, 'training.page.js', 'trainInPage', 'webgpu', 25);
    expect(losses[0]).toBeGreaterThan(1);
    expect(losses.at(-1)).toBeLessThan(0.02);
  });

  for (const [family, cases] of Object.entries(conformanceFamilies)) {
    test.for(cases)(`WebGPU in a browser: ${family}: $name`, async ({ name }, { skip }) => {
      if (leansOnSines.test(name)) skip(sineReason);
      // Gradients are held against PyTorch's: finite differences would only run the forward graph again.
      const check: PageCheck = { device: 'webgpu', family, name, differences: 0 };
      expect(await callInPage<string[]>(page, 'conformance.page.js', 'checkInPage', check)).toEqual([]);
    });
  }
}
