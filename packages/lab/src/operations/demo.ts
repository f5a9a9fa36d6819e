import { join } from 'node:path';
import { StorageError } from '@zoopraxis/core';
import { formatMeasure, formatPercent } from '@zoopraxis/figures';
import { z } from 'zod';
import { classify } from './classify.js';
import { durationField, positional } from './fields.js';
import { importAnnotations } from './import-annotations.js';
import { defineOperation } from './operation.js';
import { render } from './render.js';
import { studio as studioOperation } from './studio.js';
import { track } from './track.js';
import { trainBehaviorOperation } from './train-behavior.js';
import { trainPoseOperation } from './train-pose.js';

/** Shows the whole way on synthetic recordings: labels, training, tracks, video, report. */
export const demo = defineOperation({
  name: 'demo',
  summary: 'Show the whole way, from labeled frames to a report, on synthetic recordings',
  details:
    'Makes a project folder: a few dozen labeled frames of synthetic mice, a model trained on them, and the tracks of a clip with another mouse on another floor, with a labeled video; then a classifier of the behavior of two synthetic mice; and a report of both against the known truth. Takes about four minutes on two cores; the folder can be used afterwards like any project.',
  examples: ['zoopraxis demo', 'zoopraxis demo my-demo --time-budget 5m'],
  input: z.object({
    folder: positional(z.string().min(1).default('zoopraxis-demo'), 'folder to make'),
    seed: z.int().min(0).max(9999).default(1).describe('another seed gives other mice, floors and paths'),
    timeBudget: durationField('train for about this long').prefault('150s'),
    steps: z.int().min(1).optional().describe('train for so many steps instead'),
    size: z
      .enum(['full', 'tiny'])
      .default('full')
      .describe('tiny is for tests: it shows the way, its model is no good'),
    studio: z.boolean().default(false).describe('add what the studio shows, and open it at the end'),
    open: z.boolean().default(true).describe('do not open the browser'),
  }),
  output: z.object({
    project: z.string(),
    report: z.string(),
    labeledVideo: z.string(),
    tracks: z.record(z.string(), z.string()),
    model: z.string(),
    truth: z.string(),
    frames: z.int(),
    labeledFrames: z.int(),
    synthetic: z.literal(true),
    meanErrorPx: z.number().nullable(),
    medianErrorPx: z.number().nullable(),
    pck: z.record(z.string(), z.number().nullable()),
    behavior: z.object({
      model: z.string(),
      predicted: z.string(),
      macroF1: z.number(),
      accuracy: z.number(),
      macroBoutF1: z.number().nullable(),
    }),
  }),
  resume: 'Start the same command again to go on.',
  async run({ folder: path, seed, timeBudget, steps, size, studio, open }, context) {
    const { progress, signal } = context;
    const [
      { clipName, makeDemoProject },
      { describeClip, fullDemo, tinyDemo },
      { demoCutoff, writeDemoReport },
      { runBehaviorDemo },
      { fullBehaviorDemo, tinyBehaviorDemo },
      io,
      pose,
    ] = await Promise.all([
      import('../demo/make-demo.js'),
      import('../demo/recordings.js'),
      import('../demo/demo-report.js'),
      import('../demo/behavior-demo.js'),
      import('../demo/behavior-recordings.js'),
      import('@zoopraxis/io'),
      import('@zoopraxis/pose'),
    ]);
    const { FolderStore } = await import('@zoopraxis/io/node');
    const say = (text: string) => progress({ kind: 'stage', text });
    say('1 of 6: making synthetic recordings with known truth');
    const made = await makeDemoProject(path, { seed, size: size === 'full' ? fullDemo : tinyDemo }, context);
    const { folder, clip, clipVideo, labeledFrames } = made;
    const model = join(folder, 'models', 'demo');
    const store = new FolderStore(folder);
    say(`2 of 6: training a compact network; of ${labeledFrames} labeled frames some are held out`);
    if ((await store.read('models/demo/model.json')) === undefined) {
      const limit = steps === undefined ? { timeBudget: `${timeBudget}s` } : { steps };
      await runOperation(
        trainPoseOperation,
        {
          project: folder,
          name: 'demo',
          seed,
          ...limit,
          longSide: 160,
          batchSize: 4,
          heldOutShare: 0.25,
          synthetic: true,
          tryForms: size === 'full',
        },
        context,
      );
    }
    say('3 of 6: tracking the clip');
    const tracked = await runOperation(
      track,
      { videos: [clipVideo], model, out: join(folder, 'tracks'), device: 'cpu' },
      context,
    );
    const [video] = (tracked as { videos: { files: Record<string, string>; framesPerSec: number | null }[] }).videos;
    if (video?.files.parquet === undefined) throw new StorageError(`the clip could not be tracked: ${clipVideo}`);
    say('4 of 6: drawing the tracks on the clip');
    const labeledVideo = join(folder, `${clipName}-labeled.mp4`);
    await runOperation(
      render,
      { tracks: video.files.parquet, video: clipVideo, out: labeledVideo, trail: 20, cutoff: demoCutoff },
      context,
    );
    say('5 of 6: learning the behavior of two mice');
    const behavior = await runBehaviorDemo(
      join(folder, 'behavior'),
      {
        seed,
        size: size === 'full' ? fullBehaviorDemo : tinyBehaviorDemo,
        steps: {
          train: (input) => runOperation(trainBehaviorOperation, input, context),
          classify: (input) => runOperation(classify, input, context),
        },
      },
      context,
    );
    say('6 of 6: comparing with the truth and writing the report');
    const tracks = await io.readTracksFile(new FolderStore(join(folder, 'tracks')), `${clipName}.parquet`);
    if (tracks === undefined) throw new StorageError(`the tracks are missing: ${video.files.parquet}`);
    const { card } = await pose.readPoseModel(store, 'models/demo');
    const report = join(folder, 'report.html');
    const evaluation = await writeDemoReport(report, {
      clip,
      description: describeClip(seed),
      tracks,
      card,
      modelFolder: model,
      labeledFrames,
      framesPerSec: video.framesPerSec,
      files: [
        ['labeled video', `${clipName}-labeled.mp4`],
        ['tracks', `tracks/${clipName}.parquet, .csv and .h5 (DeepLabCut)`],
        ['model', 'models/demo (model.onnx, weights.safetensors, model.json)'],
        ['labeled frames', 'labeled-data'],
        ['truth', `truth/${clipName}.parquet`],
        ['classifier of behavior', 'behavior/model'],
        ['bouts and probabilities', 'behavior/predicted'],
      ],
      behavior: behavior.section,
      signal,
    });
    await clip.source.close();
    if (studio) {
      say('filming the two mice for the studio');
      const { addStudioRecordings, pairName } = await import('../demo/studio-recordings.js');
      const pair = { seed, size: size === 'full' ? fullBehaviorDemo : tinyBehaviorDemo, folders: behavior.folders };
      await addStudioRecordings(folder, pair, context);
      for (const [name, from] of [
        ['classifier', behavior.predicted],
        ['truth', behavior.folders.testAnnotations],
      ] as const) {
        const files = [join(from, `${pairName}.csv`)];
        await runOperation(importAnnotations, { files, to: folder, name, replace: true }, context);
      }
      say(`the report is at ${report}; opening the studio`);
      await runOperation(studioOperation, { project: folder, open, recording: pairName }, context);
    }
    return {
      project: folder,
      report,
      labeledVideo,
      tracks: { ...video.files },
      model,
      truth: made.truthFile,
      frames: tracks.timeBase.frameCount,
      labeledFrames,
      synthetic: true as const,
      meanErrorPx: evaluation.meanErrorPx,
      medianErrorPx: evaluation.medianErrorPx,
      pck: { ...evaluation.pck },
      behavior: {
        model: behavior.model,
        predicted: behavior.predicted,
        macroF1: behavior.evaluation.evaluation.macroF1,
        accuracy: behavior.evaluation.evaluation.accuracy,
        macroBoutF1: behavior.evaluation.evaluation.macroBoutF1,
      },
    };
  },
  text: ({ report, labeledVideo, tracks, model, project, medianErrorPx, meanErrorPx, pck, behavior }) =>
    [
      'synthetic recordings, error against the known truth:',
      `  median ${formatMeasure(medianErrorPx ?? Number.NaN)} px, mean ${formatMeasure(meanErrorPx ?? Number.NaN)} px, ${formatPercent(pck['5'])} of the points within 5 px`,
      `  behavior of two mice: macro F1 ${behavior.macroF1.toFixed(3)} over attack, investigation and mount, ${formatPercent(behavior.accuracy)} of the frames right`,
      `report:           ${report}`,
      `labeled video:    ${labeledVideo}`,
      ...Object.entries(tracks)
        .filter(([kind]) => kind !== 'record')
        .map(([kind, path]) => `${`tracks (${kind}):`.padEnd(17)} ${path}`),
      `model:            ${model}`,
      `behavior:         ${behavior.predicted} (bouts), ${behavior.model} (classifier)`,
      `next: open the report in a browser; zoopraxis info ${project}; your own data: zoopraxis import --help`,
    ].join('\n'),
});

/** Runs an operation as every face does: input and output through its schemas. */
async function runOperation(
  operation: typeof track,
  input: Record<string, unknown>,
  context: Parameters<typeof track.run>[1],
): Promise<unknown> {
  return operation.output.parse(await operation.run(operation.input.parse(input), context));
}
