import { existsSync, statSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAnnotations, createEthogram, createRecording, createVideo, type PoseTracks } from '@zoopraxis/core';
import { createProvenance, type RecordedAnnotations } from '@zoopraxis/io';
import {
  createProjectFolder,
  hashFile,
  openProjectFolder,
  openVideo,
  openVideoEncoder,
  writePng,
} from '@zoopraxis/io/node';
import { createPhantom, labelPhantom, openFieldSkeleton, type Phantom, phantomImageName } from '@zoopraxis/phantom';
import type { Browser, Page } from 'playwright-core';
import { type RunningProgram, startProgram } from '../cli/run-program.test.kit.js';

/** Size of the films: large enough to click into, small enough to be made in seconds. */
export const film = { widthPx: 320, heightPx: 240, fps: 30 };

/** Names of the recordings: one mouse, the same without tracks, and two of which one acts. */
export const recordings = { alone: 'alone', bare: 'bare', pair: 'pair' } as const;

/** Name of one of them. */
export type RecordingName = keyof typeof recordings;

/** How many frames each has. */
export const frameCount = 150;

const arena = { shape: 'rectangle', widthCm: 30, heightCm: 22.5, wallHeightCm: 10, objects: [] } as const;

/** Returns what a recording of the project shows. */
export function phantomOf(recording: RecordingName): Phantom {
  const mice = recording === 'pair' ? [{}, {}] : [{}];
  return createPhantom({ scene: 'open-field', seed: mice.length, frameCount, ...film, mice, arena });
}

async function writeFilm(path: string, { source }: Phantom): Promise<void> {
  const encoder = await openVideoEncoder(path, { ...film, quality: 85 });
  for await (const frame of source.frames(0, frameCount)) {
    await encoder.write(frame);
    source.recycle?.(frame);
  }
  await encoder.finish();
}

/** Returns tracks that are a little off, as those of a model: `[frame, individual, keypoint, 2]` moved by up to 2 px. */
function likeModel(tracks: PoseTracks): PoseTracks {
  const position = tracks.position.map((value, i) => value + 2 * Math.sin(i * 12.9898));
  const confidence = tracks.confidence.map((_, i) => (i % 97 === 0 ? 0.3 : 0.95));
  return { ...tracks, position, confidence };
}

const templates = 'zoopraxis-studio-films-';

/** Tells whether a process runs. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/**
 * Makes a project of phantom films with tracks, labels, an ethogram, and bouts by a program and by a person. All test files
 * of a run copy what the first of them made; what earlier runs left is removed.
 */
export async function makeStudioProject(folder: string): Promise<void> {
  const builtAt = Math.max(
    ...[import.meta.url, import.meta.resolve('@zoopraxis/phantom'), import.meta.resolve('@zoopraxis/io/node')].map(
      (url) => statSync(new URL(url)).mtimeMs,
    ),
  );
  const template = join(tmpdir(), `${templates}${process.ppid}-${Math.round(builtAt)}`);
  if (!existsSync(template)) {
    for (const name of await readdir(tmpdir())) {
      const pid = Number(new RegExp(`^${templates}(\\d+)-`).exec(name)?.[1]);
      if (pid > 0 && !isRunning(pid)) await rm(join(tmpdir(), name), { recursive: true, force: true });
    }
    const own = await mkdtemp(join(tmpdir(), `${templates}${process.ppid}-making-`));
    await writeStudioProject(own);
    // Two files may begin at the same time: the first to be done counts.
    await rename(own, template).catch(() => rm(own, { recursive: true, force: true }));
  }
  await cp(template, folder, { recursive: true });
}

async function writeStudioProject(folder: string): Promise<void> {
  const project = await createProjectFolder(folder, { name: 'phantom mice', skeletons: [openFieldSkeleton] });
  try {
    await mkdir(join(folder, 'videos'), { recursive: true });
    for (const name of Object.values(recordings)) {
      const phantom = phantomOf(name);
      const path = join(folder, 'videos', `${name}.mp4`);
      await writeFilm(path, phantom);
      const video = await openVideo(path);
      await video.close();
      await project.addVideo(
        createVideo({
          ...{ id: name, source: `videos/${name}.mp4`, view: 'top', ...film, frameCount: video.frameCount },
          calibration: phantom.calibration,
          contentHash: await hashFile(path),
        }),
      );
      if (name !== 'bare') await project.writeTracks(name, likeModel(phantom.tracks));
      await phantom.source.close();
    }
    await addLabels(project);
    const behaviors = createEthogram([
      { name: 'attack', key: 'a', color: '#d55e00', exclusiveWith: ['investigation', 'mount'] },
      { name: 'investigation', key: 'i', color: '#56b4e9', exclusiveWith: ['mount'] },
      { name: 'mount', key: 'm', color: '#f0e442' },
      { name: 'flinch', key: 'f', kind: 'point' },
    ]).behaviors.map((behavior) => ({ ...behavior, exclusiveWith: [...behavior.exclusiveWith] }));
    await project.updateManifest((manifest) => ({ ...manifest, ethogram: { behaviors } }));
    await project.updateRecordings(() =>
      Object.values(recordings).map((id) =>
        createRecording({
          ...{ id, videos: [id], subjects: phantomOf(id).tracks.individuals },
          tracks: id === 'bare' ? [] : [id],
        }),
      ),
    );
    for (const [name, annotator, shiftSec] of [
      ['model', 'model', 0.2],
      ['person', 'ann', 0],
    ] as const) {
      await project.writeAnnotations(name, {
        streams: [
          {
            recording: recordings.pair,
            observedSec: [0, frameCount / film.fps],
            annotations: createAnnotations({
              ...{ subject: 'resident', target: 'intruder', annotator, channel: 'default' },
              behaviors: ['attack', 'investigation', 'mount', 'flinch'],
              startSec: Float64Array.of(0.5 + shiftSec, 2 + shiftSec, 3.5),
              endSec: Float64Array.of(1.5, 3, 4),
              behavior: Int32Array.of(1, 0, 2),
              ...(annotator === 'model' ? { probability: Float32Array.of(0.9, 0.8, 0.6) } : {}),
            }),
          },
        ],
        provenance: createProvenance({
          operation: annotator === 'model' ? 'classify' : 'import annotations',
          versions: {},
          inputs: [],
          parameters: {},
        }),
      });
    }
  } finally {
    await project.close();
  }
}

async function addLabels(project: Awaited<ReturnType<typeof createProjectFolder>>): Promise<void> {
  const phantom = phantomOf('alone');
  const frames = [5, 30, 60, 90, 120];
  const images = await Promise.all(
    frames.map(async (frame) => ({
      image: { group: 'alone', file: phantomImageName(frame), frame },
      bytes: await writePng(await phantom.source.frame(frame)),
    })),
  );
  await project.addImages(images);
  const labels = labelPhantom(phantom, frames, { group: 'alone', annotator: 'ann' });
  await project.importLabels(labels, { source: 'phantom: known truth', annotator: 'ann' });
  await phantom.source.close();
}

/** Returns the bouts of an annotator in the files of a project: behavior, first frame, frame after the last; list. */
export async function boutsOf(folder: string, annotator: string): Promise<(string | number)[][]> {
  const project = await openProjectFolder(folder, { mode: 'read' });
  try {
    const streams: RecordedAnnotations[] = [];
    for (const name of await project.listAnnotations()) streams.push(...(await project.readAnnotations(name)).streams);
    return streams
      .filter(({ annotations }) => annotations.annotator === annotator)
      .flatMap(({ annotations: { behaviors, behavior, startSec, endSec } }) =>
        Array.from(behavior, (which, i) => [
          behaviors[which] as string,
          Math.round((startSec[i] as number) * film.fps),
          Math.round((endSec[i] as number) * film.fps),
        ]),
      );
  } finally {
    await project.close();
  }
}

/** Longest wait for something that comes, ms: machines of tests are slow and shared. */
export const waitMs = 30_000;

/** Longest wait for films, server and browser before the first test, ms. */
export const startMs = 240_000;

/** A studio that runs in a process of its own. */
export interface StudioProcess {
  /** Link with its token. */
  readonly url: string;
  readonly program: RunningProgram;
  /** Ends it as Ctrl-C does, and waits. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash or a power cut does, and waits. */
  kill(): Promise<void>;
}

/** Starts `zoopraxis studio` on a project. */
export async function startStudioProcess(folder: string, ...words: readonly string[]): Promise<StudioProcess> {
  const program = startProgram(['studio', folder, '--no-open', ...words]);
  const link = await program.said(/studio: (http:\S+)/);
  const end = async (signal: NodeJS.Signals) => {
    program.signal(signal);
    await program.ended;
  };
  return { url: link[1] as string, program, stop: () => end('SIGINT'), kill: () => end('SIGKILL') };
}

/** Opens the studio's page on a recording, and waits until its first frame is on the screen. */
export async function openStudioPage(browser: Browser, url: string, recording: RecordingName = 'alone'): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole('tab', { name: 'Recordings' }).click();
  await page
    .getByRole('listitem')
    .getByRole('button', { name: new RegExp(`^${recording}`) })
    .click();
  await page.waitForSelector(`[data-video="${recording}"][data-frame="0"]`, { timeout: waitMs });
  await page.locator('.video-pane').focus();
  return page;
}

/** Waits until a frame is on the screen. */
export async function waitForFrame(page: Page, frame: number): Promise<void> {
  await page.waitForSelector(`.video-pane[data-frame="${frame}"]`, { timeout: waitMs });
}

/** Waits until the page says that all edits are on the disk. */
export async function waitUntilSaved(page: Page): Promise<void> {
  await page.waitForSelector('.save-state[data-kind="saved"]', { timeout: waitMs });
}

/** Returns where a point of the picture, px, lies on the page while the picture fits its pane, CSS px. */
export async function placeOf(page: Page, x: number, y: number): Promise<{ x: number; y: number }> {
  const box = await page.locator('.video-pane').boundingBox();
  if (box === null) throw new Error('the page shows no video');
  const scale = Math.min(box.width / film.widthPx, box.height / film.heightPx);
  const left = Math.round(box.width / 2 - (film.widthPx * scale) / 2);
  const top = Math.round(box.height / 2 - (film.heightPx * scale) / 2);
  return { x: box.x + left + (x + 0.5) * scale, y: box.y + top + (y + 0.5) * scale };
}
