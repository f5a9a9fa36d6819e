import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { formatMeasure } from '@zoopraxis/figures';
import type { Project } from '@zoopraxis/io';
import { z } from 'zod';
import type { ModelView } from '../api.js';

/** Largest card that is read, bytes. */
const mostCardBytes = 64 * 2 ** 20;

const poseCard = z.looseObject({
  format: z.literal('zoopraxis-pose-model'),
  skeleton: z.looseObject({ keypoints: z.array(z.string()) }),
  network: z.looseObject({ name: z.string() }).nullish().catch(null),
  data: z
    .looseObject({ heldOutImages: z.array(z.string()) })
    .nullish()
    .catch(null),
  metrics: z
    .looseObject({
      heldOut: z.looseObject({ meanErrorPx: z.number().nullish(), frames: z.number().nullish() }).nullish(),
    })
    .nullish(),
});

const behaviorCard = z.looseObject({
  format: z.literal('zoopraxis-behavior'),
  behaviors: z.array(z.string()),
  background: z.string().optional(),
});

const behaviorTraining = z.looseObject({
  crossValidation: z
    .looseObject({ groups: z.number(), evaluation: z.looseObject({ macroF1: z.number().nullish() }) })
    .nullish(),
});

/** An open project and its absolute folder. */
export interface ProjectPlace {
  readonly folder: string;
  readonly project: Project;
}

/** A model and the content of its card. */
export interface ReadModel {
  readonly view: ModelView;
  readonly card: unknown;
}

async function readJson({ store }: Project, name: string): Promise<unknown> {
  const bytes = await store.read(name).catch(() => undefined);
  if (bytes === undefined || bytes.length > mostCardBytes) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** Returns a model of the project, or undefined where there is none of this name whose card can be read. */
export async function readModel({ folder: root, project }: ProjectPlace, name: string): Promise<ReadModel | undefined> {
  const folder = project.modelFolder(name);
  const madeAt = await writtenAt(join(root, folder, 'model.json'));
  const card = await readJson(project, `${folder}/model.json`);
  const pose = poseCard.safeParse(card);
  if (pose.success) {
    const { skeleton, metrics, network, data } = pose.data;
    const learned = { network: network?.name ?? null, heldOutCount: data?.heldOutImages.length ?? 0 };
    const error = metrics?.heldOut?.meanErrorPx;
    const headline = error == null ? 'held-out error: not known' : `held-out error: ${formatMeasure(error)} px`;
    return { card, view: { name, kind: 'pose', madeAt, classes: skeleton.keypoints, headline, ...learned } };
  }
  const behavior = behaviorCard.safeParse(card);
  if (!behavior.success) return undefined;
  const training = behaviorTraining.safeParse(await readJson(project, `${folder}/training.json`));
  const score = training.success ? training.data.crossValidation?.evaluation.macroF1 : undefined;
  const headline = score == null ? 'cross-validated F1: not measured' : `cross-validated macro F1: ${score.toFixed(3)}`;
  const { behaviors, background } = behavior.data;
  const classes = behaviors.filter((label) => label !== background);
  return { card, view: { name, kind: 'behavior', madeAt, classes, headline, network: null, heldOutCount: 0 } };
}

/** Returns all models of the project, sorted list; those whose card cannot be read are left out. */
export async function listModelViews(place: ProjectPlace): Promise<ModelView[]> {
  const views: ModelView[] = [];
  for (const name of await place.project.listModels()) {
    const found = await readModel(place, name);
    if (found !== undefined) views.push(found.view);
  }
  return views;
}

/** Returns when a file was written, ISO 8601: cards say nothing of it, so that equal trainings write equal cards. */
async function writtenAt(path: string): Promise<string | null> {
  const stats = await stat(path).catch(() => undefined);
  return stats === undefined ? null : stats.mtime.toISOString();
}
