// Takes the pictures of docs/studio.md: node build/scripts/studio-pictures.js <folder of `npm run demo`> [part of a name].
// All that they show is synthetic. The folder is copied first, and stays as it is.
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { launchBrowser } from '../test/browser/launch-browser.js';
import { startStudioProcess } from '../test/browser/studio.test.kit.js';

const out = 'docs/figures/studio';
const size = { width: 1440, height: 900 };

/** Waits until pictures, strips and curves stand still. */
async function settle(page: Page): Promise<void> {
  await page.waitForSelector('.video-pane[data-waiting="false"]', { timeout: 60_000 });
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(700);
}

async function choose(page: Page, command: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill(command);
  await page.keyboard.press('Enter');
  await page.locator('.dialog.palette').waitFor({ state: 'detached' });
}

async function openRecording(page: Page, recording: string): Promise<void> {
  await page.getByRole('tab', { name: 'Recordings' }).click();
  await page
    .getByRole('listitem')
    .getByRole('button', { name: new RegExp(`^${recording}`) })
    .click();
  await page.waitForSelector(`[data-video="${recording}"][data-frame]`, { timeout: 60_000 });
  await page.locator('.video-pane').focus();
}

async function goTo(page: Page, frame: number): Promise<void> {
  await page.getByRole('textbox', { name: 'Go to frame or time' }).fill(String(frame));
  await page.keyboard.press('Enter');
  await page.waitForSelector(`.video-pane[data-frame="${frame}"]`, { timeout: 60_000 });
  await page.locator('.video-pane').focus();
}

/** What each picture shows, by its name. */
const pictures: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  async view(page) {
    await openRecording(page, 'pair-test-01');
    await choose(page, 'Mode: View');
    await goTo(page, 420);
  },
  async light(page) {
    await pictures.view?.(page);
    await choose(page, 'Theme: light');
  },
  async label(page) {
    await openRecording(page, 'clip');
    await choose(page, 'Mode: Label');
    await page.getByLabel('Count').fill('12');
    await page.getByRole('button', { name: 'Take', exact: true }).click();
    await page.getByText('0 of 12 images labeled').waitFor({ timeout: 60_000 });
    await page.locator('.video-pane').focus();
    for (let i = 0; i < 3; i++) {
      await page.keyboard.press('n');
      await settle(page);
      await page.keyboard.press('Shift+Enter');
      await page.waitForSelector('.save-state[data-kind="saved"]');
    }
    await page.keyboard.press('n');
    await settle(page);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.save-state[data-kind="saved"]');
    await page.waitForSelector('.save-state[data-kind="saved"]');
    const box = await page.locator('.video-pane').boundingBox();
    if (box !== null) await page.mouse.move(box.x + 0.331 * box.width, box.y + 0.408 * box.height);
  },
  async annotate(page) {
    await openRecording(page, 'pair-test-01');
    await choose(page, 'Mode: Annotate');
    for (const [letter, from, to] of [
      ['i', 330, 375],
      ['m', 390, 450],
    ] as const) {
      await goTo(page, from);
      await page.keyboard.press(letter);
      await goTo(page, to);
      await page.keyboard.press(letter);
    }
    await page.waitForSelector('.save-state[data-kind="saved"]');
    await goTo(page, 420);
  },
  async rules(page) {
    await openRecording(page, 'pair-test-01');
    await choose(page, 'Mode: Annotate');
    await page.getByRole('tab', { name: 'Rules' }).click();
    await page.getByRole('button', { name: 'New rule' }).click();
    await page.getByRole('button', { name: 'Condition', exact: true }).click();
    await page.getByRole('slider', { name: /^Upper edge/ }).waitFor({ timeout: 60_000 });
    await page.getByRole('slider', { name: /^Upper edge/ }).focus();
    for (let i = 0; i < 13; i++) await page.keyboard.press('Shift+ArrowLeft');
    await page.getByLabel('Shortest bout (s)').fill('0.5');
    await page.getByText(/bouts?, .* in all/).waitFor({ timeout: 60_000 });
  },
  async models(page) {
    await openRecording(page, 'clip');
    await choose(page, 'Mode: View');
    await page.getByRole('tab', { name: 'Models' }).click();
    await page.getByRole('button', { name: /^demo/ }).click();
  },
  async training(page) {
    await openRecording(page, 'clip');
    await choose(page, 'Train a pose model');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Train', { exact: true }).selectOption('steps');
    await dialog.getByLabel('Name of the new model').fill('second');
    await dialog.getByLabel('Steps').fill('1500');
    await dialog.getByRole('button', { name: 'Start training' }).click();
    await page.getByText(/best .* at step [3-9]\d\d/).waitFor({ timeout: 1_200_000 });
  },
};

const [project, part = ''] = process.argv.slice(2);
if (project === undefined) throw new RangeError('studio-pictures: the folder of a demo must be given');
const parent = await mkdtemp(join(tmpdir(), 'zoopraxis-pictures-'));
const folder = join(parent, 'demo');
await cp(project, folder, {
  recursive: true,
  preserveTimestamps: true,
  filter: (path) => !/[\\/]\.(?:lock|studio)$/.test(path),
});
await mkdir(out, { recursive: true });
const studio = await startStudioProcess(folder, '--annotator', 'ann');
const browser = await launchBrowser();
try {
  for (const [name, show] of Object.entries(pictures)) {
    if (!part.split(',').some((each) => name.includes(each))) continue;
    const page = await browser.newPage({ viewport: size, reducedMotion: 'reduce' });
    await page.goto(studio.url);
    await show(page);
    await settle(page);
    // With a palette of 256 colors the picture is a third as large.
    const picture = sharp(await page.screenshot());
    await picture.png({ palette: true, quality: 95, effort: 10 }).toFile(join(out, `${name}.png`));
    console.log(name);
    await page.close();
  }
} finally {
  await browser.close();
  await studio.stop();
  await rm(parent, { recursive: true, force: true });
}
