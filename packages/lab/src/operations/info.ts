import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { StorageError } from '@zoopraxis/core';
import { formatDuration, formatMeasure, formatNumber } from '@zoopraxis/figures';
import { z } from 'zod';
import { withProject } from '../jobs/project-folder.js';
import { readTracks } from '../jobs/tracks-file.js';
import { finiteOrNull, positional } from './fields.js';
import { defineOperation } from './operation.js';
import { collectProblems } from './problems.js';

/** Tells what a file or folder holds. */
export const info = defineOperation({
  name: 'info',
  summary: 'Tell what a project, model, video or tracks file holds',
  examples: ['zoopraxis info openfield', 'zoopraxis info m3v1.mp4', 'zoopraxis info tracks/m3v1.parquet --json'],
  input: z.object({
    path: positional(z.string().min(1), 'project or model folder, video, folder of images, or tracks'),
  }),
  output: z.object({
    kind: z.enum(['project', 'model', 'tracks', 'recording']),
    path: z.string(),
    /** What there is to say, by name, in order. */
    facts: z.record(z.string(), z.unknown()),
  }),
  async run({ path }, { signal }) {
    const absolute = resolve(path);
    const found = await stat(absolute).catch(() => undefined);
    if (found === undefined) {
      throw new StorageError(`there is no such file or folder: ${absolute}`, {
        hint: 'Check the path for a typing error.',
      });
    }
    const has = (name: string) =>
      stat(join(absolute, name)).then(
        (stats) => stats.isFile(),
        () => false,
      );
    if (found.isDirectory() && (await has('zoopraxis.json'))) {
      return { kind: 'project' as const, path: absolute, facts: await projectFacts(absolute) };
    }
    if (found.isDirectory() && (await has('model.json'))) {
      return { kind: 'model' as const, path: absolute, facts: await modelFacts(absolute) };
    }
    if (/\.(parquet|csv|h5|gz)$/i.test(absolute)) {
      return { kind: 'tracks' as const, path: absolute, facts: await tracksFacts(absolute) };
    }
    return { kind: 'recording' as const, path: absolute, facts: await recordingFacts(absolute, signal) };
  },
  text: ({ kind, path, facts }) => {
    const wide = Math.max(...Object.keys(facts).map((name) => name.length));
    const lines = Object.entries(facts).map(([name, value]) => `  ${name.padEnd(wide)}  ${factText(name, value)}`);
    return [`${kind} ${basename(path)}`, ...lines].join('\n');
  },
});

function factText(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map((item) => factText('', item)).join(', ');
  if (typeof value === 'number') {
    if (name.endsWith('Sec')) return formatDuration(value);
    return Number.isInteger(value) ? formatNumber(value) : formatMeasure(value);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([key, item]) => `${key} ${factText(key, item)}`)
      .join(', ');
  }
  return value === null || value === undefined ? '–' : String(value);
}

async function projectFacts(folder: string): Promise<Record<string, unknown>> {
  return withProject(folder, 'read', async (project) => {
    const images = project.images();
    const labels = project.manifest.skeletons.length === 0 ? undefined : await project.readLabels({ damaged: 'skip' });
    return {
      name: project.manifest.name,
      keypoints: project.manifest.skeletons[0]?.keypoints ?? [],
      images: images.length,
      labeledImages: labels === undefined ? 0 : new Set(labels.image).size,
      groups: [...new Set(images.map(({ group }) => group))],
      annotators: labels?.annotators ?? [],
      videos: project.manifest.videos.map(({ id }) => id),
      models: await project.listModels(),
      tracks: await project.listTracks(),
      warnings: [...project.warnings, ...project.damage.map((damage) => JSON.stringify(damage))],
    };
  });
}

async function modelFacts(folder: string): Promise<Record<string, unknown>> {
  const [{ parseModelCard }, { FolderStore }] = await Promise.all([
    import('@zoopraxis/pose'),
    import('@zoopraxis/io/node'),
  ]);
  const bytes = (await new FolderStore(folder).read('model.json')) ?? new Uint8Array();
  const card = parseModelCard(new TextDecoder().decode(bytes), join(folder, 'model.json'));
  const heldOut = (card.metrics.heldOut ?? {}) as { meanErrorPx?: number; medianErrorPx?: number; frames?: number };
  return {
    name: card.name,
    network: card.network.name,
    keypoints: card.skeleton.keypoints,
    trainedSizePx: [card.preprocessing.trainedWidthPx, card.preprocessing.trainedHeightPx],
    heldOutImages: heldOut.frames ?? 0,
    meanErrorPx: heldOut.meanErrorPx ?? null,
    medianErrorPx: heldOut.medianErrorPx ?? null,
    versions: card.versions,
    synthetic: card.synthetic ?? false,
  };
}

async function tracksFacts(path: string): Promise<Record<string, unknown>> {
  const { problems, report } = collectProblems();
  const { skeleton, individuals, timeBase, space, position, confidence, provenance } = await readTracks(path, {
    report,
  });
  let [missing, total, sure] = [0, 0, 0];
  for (let i = 0; i < position.length; i += 2) if (Number.isNaN(position[i] as number)) missing++;
  for (const value of confidence) {
    if (Number.isNaN(value)) continue;
    total++;
    if (value >= 0.6) sure++;
  }
  return {
    frames: timeBase.frameCount,
    fps: timeBase.fps,
    durationSec: timeBase.frameCount / timeBase.fps,
    keypoints: skeleton.keypoints,
    individuals,
    space,
    missingShare: finiteOrNull(missing / (position.length / 2)),
    shareAtLeast60: finiteOrNull(sure / total),
    madeBy: provenance.operation,
    inputs: provenance.inputs.map(({ name }) => name),
    synthetic: provenance.synthetic ?? false,
    warnings: problems.map(({ message }) => message),
  };
}

async function recordingFacts(path: string, signal: AbortSignal): Promise<Record<string, unknown>> {
  const { openFrames } = await import('@zoopraxis/io/node');
  const source = await openFrames(path, { signal });
  try {
    const { timesSec: _, hasOpenGops, nominalFps, declaredFrameCount, ...facts } = source.information;
    return JSON.parse(JSON.stringify({ ...facts, nominalFps, declaredFrameCount, hasOpenGops }));
  } finally {
    await source.close();
  }
}
