import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtModule } from './built-module.js';
import type { PageCheck } from './conformance.page.js';
import { type Bench, callInPage, openBench } from './open-page.js';

const { conformanceFamilies } =
  await builtModule<typeof import('../../packages/nn/src/conformance/cases.js')>('conformance/cases.js');

let bench: Bench;
let page: Page;
beforeAll(async () => {
  bench = await openBench();
  page = await bench.openPage();
});
afterAll(() => bench?.close());

for (const [family, cases] of Object.entries(conformanceFamilies)) {
  test.each(cases)(`wasm in a browser: ${family}: $name`, async ({ name }) => {
    const check: PageCheck = { device: 'wasm', family, name, differences: 24 };
    expect(await callInPage<string[]>(page, 'conformance.page.js', 'checkInPage', check)).toEqual([]);
  });
}
