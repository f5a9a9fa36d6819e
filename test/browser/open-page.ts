import type { Page } from 'playwright-core';
import { type LaunchOptions, launchBrowser } from './launch-browser.js';
import { servePages } from './serve-pages.js';

/** Longest wait for one answer of a page. */
const ANSWER_MS = 45_000;

/** A browser with its server of blank pages. */
export interface Bench {
  /** Returns a new page; `isolated` (the default) pages may have threads. Its state is its own. */
  openPage(options?: { isolated?: boolean; initScript?: string }): Promise<Page>;
  close(): Promise<void>;
}

/** Starts a server and a browser. Close it after the tests. */
export async function openBench(options: LaunchOptions = {}): Promise<Bench> {
  const server = await servePages();
  try {
    const browser = await launchBrowser(options);
    return {
      async openPage({ isolated = true, initScript } = {}) {
        const page = await browser.newPage();
        page.setDefaultTimeout(20_000);
        if (initScript !== undefined) await page.addInitScript(initScript);
        await page.goto(isolated ? server.pageUrl : server.sharedPageUrl);
        return page;
      },
      async close() {
        await browser.close();
        await server.close();
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/**
 * Calls a function that a module of `build/test/browser` exports, in a page, with plain data, and returns its result.
 * A page that does not answer in time is given up with its browser, so that what comes after fails at once.
 */
export async function callInPage<Result>(
  page: Page,
  module: string,
  name: string,
  ...args: unknown[]
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      void page.context().browser()?.close();
      reject(new Error(`page: ${name} of ${module} gave no answer within ${ANSWER_MS} ms`));
    }, ANSWER_MS);
  });
  // As a text: a function would be sent as the test runner rewrote it, with an import that no page knows.
  const list = args.map((argument) => JSON.stringify(argument) ?? 'undefined').join(', ');
  const call = page.evaluate<Result>(
    `import('/build/test/browser/${module}').then((module) => module.${name}(${list}))`,
  );
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
    call.catch(() => undefined);
  }
}
