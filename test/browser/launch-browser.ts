import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Linux distributions, macOS and Windows put Chromium and Chrome. */
const usualPlaces: readonly string[] = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const installHint =
  'Install it with `apt-get install chromium` (Debian, Ubuntu) or `npx playwright-core install chromium`, ' +
  'or set CHROMIUM_PATH to a Chromium or Chrome that is installed.';

/**
 * Returns the path of the browser that tests run in: CHROMIUM_PATH if set, else one of the system, else Playwright's own.
 * @throws Error with the way to install one where there is none.
 */
export function findBrowser(): string {
  const wished = process.env.CHROMIUM_PATH;
  if (wished) {
    if (existsSync(wished)) return wished;
    throw new Error(`browser: CHROMIUM_PATH names no file. ${installHint} It is: ${wished}`);
  }
  const found = [...usualPlaces, chromium.executablePath()].find((path) => existsSync(path));
  if (found === undefined) throw new Error(`browser: no Chromium is installed. ${installHint}`);
  return found;
}

/** Options of {@link launchBrowser}. */
export interface LaunchOptions {
  /** Offer WebGPU on Chromium's own software driver; without it WebGPU is there only where the machine has a GPU. */
  softwareWebGpu?: boolean;
}

/** Returns a browser without a window, with an empty profile of its own. Close it. */
export function launchBrowser({ softwareWebGpu = false }: LaunchOptions = {}): Promise<Browser> {
  const gpu = softwareWebGpu
    ? [
        '--enable-unsafe-webgpu',
        '--use-webgpu-adapter=swiftshader',
        '--enable-features=Vulkan',
        // Clearing workgroup memory makes each shader of a convolution compile ten times as long (1.0 s, not 0.1).
        '--enable-dawn-features=disable_workgroup_init',
      ]
    : ['--disable-gpu'];
  return chromium.launch({
    executablePath: findBrowser(),
    headless: true,
    // Chromium's sandbox does not start for root nor in most containers; the pages are our own.
    chromiumSandbox: false,
    args: ['--disable-quic', '--disable-sync', '--no-first-run', ...gpu],
    timeout: 30_000,
  });
}
