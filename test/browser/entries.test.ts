import type { Request } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EntryReport, reportEntries } from './entries.page.js';
import { type Bench, callInPage, openBench } from './open-page.js';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench?.close());

test('the main entries load in a page without Node and without ONNX Runtime, and give what they give in Node', async () => {
  const page = await bench.openPage();
  const loaded: string[] = [];
  const troubles: string[] = [];
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    loaded.push(pathname);
    if (!response.ok()) troubles.push(`${response.status()} ${pathname}`);
  });
  page.on('requestfailed', (request: Request) => troubles.push(`failed ${request.url()}`));
  page.on('pageerror', (error) => troubles.push(String(error)));
  const report = await callInPage<EntryReport>(page, 'entries.page.js', 'reportEntries');
  expect(troubles).toEqual([]);
  expect(loaded).toContain('/packages/nn/dist/index.js');
  expect(loaded.filter((path) => path.includes('onnxruntime') || path.endsWith('.node.js'))).toEqual([]);
  // Plain data as they leave a page.
  expect(report).toEqual(JSON.parse(JSON.stringify(reportEntries())));
  expect(report.names.nn).toContain('compileTraining');
  expect(report.program.length).toBeGreaterThan(1000);
});
