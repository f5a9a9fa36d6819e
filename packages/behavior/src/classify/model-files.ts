import { type ByteStore, FormatError, IntegrityError, StorageError } from '@zoopraxis/core';
import { isListOf, isPositive, isRecord, isText } from '../features/parse-fields.js';
import { parseSmoother } from '../smooth/parse-smoother.js';
import { readTemporalModel, writeTemporalModel } from '../temporal/temporal-model.js';
import type { TreeEnsemble } from '../trees/model/tree-ensemble.js';
import { treeEnsembleFromXgboost } from '../trees/xgboost/read-xgboost.js';
import { treeEnsembleToXgboost } from '../trees/xgboost/write-xgboost.js';
import type { BehaviorModel, BehaviorModelCard } from './behavior-model.js';
import { hashOf, stableJson } from './fingerprint.js';
import type { LogisticModel } from './logistic-regression.js';
import type { Scorer } from './scorer.js';

const format = 'behavior model';
const cardName = 'model.json';
/** Scorers within scorers that a file may hold. */
const mostDepth = 4;

/** A scorer whose large parts are files beside the card, by name. */
type FiledScorer =
  | { kind: 'trees'; strategy: string; classCount: number; other?: number; files: string[] }
  | { kind: 'logistic'; strategy: string; classCount: number; other?: number; models: readonly LogisticModel[] }
  | { kind: 'temporal'; other?: number; folders: string[] }
  | { kind: 'mean'; members: { weight: number; scorer: FiledScorer }[] };

const textOf = (value: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);

/** Returns trees as XGBoost's JSON, in its older layout where that can hold them. */
function treesText(ensemble: TreeEnsemble): string {
  const starts = new Set(ensemble.baseScore);
  return treeEnsembleToXgboost(ensemble, { layout: starts.size > 1 ? 3 : 1 });
}

/**
 * Writes a model into a store: trees as XGBoost's JSON, temporal networks as ONNX, and last `model.json`, which names every
 * part and its SHA-256. Whoever stops it on the way leaves the model that was there before.
 */
export async function behaviorModelToFiles(model: BehaviorModel, store: ByteStore, folder = ''): Promise<void> {
  const prefix = folder === '' ? '' : `${folder}/`;
  const hashes: Record<string, string> = {};
  const file = async (scorer: Scorer): Promise<FiledScorer> => {
    switch (scorer.kind) {
      case 'trees': {
        const { ensembles, ...rest } = scorer;
        const files: string[] = [];
        for (const ensemble of ensembles) {
          const bytes = new TextEncoder().encode(treesText(ensemble));
          const hash = hashOf(bytes);
          const name = `trees-${hash.slice(0, 16)}.json`;
          await store.write(`${prefix}${name}`, bytes);
          hashes[name] = hash;
          files.push(name);
        }
        return { ...rest, files };
      }
      case 'logistic':
        return scorer;
      case 'temporal': {
        const { networks, ...rest } = scorer;
        const folders: string[] = [];
        for (const network of networks) {
          const name = `temporal-${hashOf(network.onnx, stableJson(network.card)).slice(0, 16)}`;
          await writeTemporalModel(store, `${prefix}${name}`, network);
          hashes[name] = hashOf(stableJson(network.card));
          folders.push(name);
        }
        return { ...rest, folders };
      }
      case 'mean': {
        const members: { weight: number; scorer: FiledScorer }[] = [];
        for (const member of scorer.members) members.push({ weight: member.weight, scorer: await file(member.scorer) });
        return { kind: 'mean', members };
      }
    }
  };
  const before = await store.read(`${prefix}${cardName}`);
  const content = {
    format: 'zoopraxis-behavior',
    version: 1,
    ...model,
    scorer: await file(model.scorer),
    parts: hashes,
  };
  await store.write(`${prefix}${cardName}`, textOf({ ...content, sha256: hashOf(stableJson(content)) }));
  if (before === undefined) return;
  for (const name of await store.list(prefix)) {
    const [part = ''] = name.slice(prefix.length).split('/');
    if (/^(trees|temporal)-[0-9a-f]{16}(\.json)?$/.test(part) && !Object.hasOwn(hashes, part)) await store.remove(name);
  }
}

/**
 * Returns a model from a store, the same bit for bit on every machine.
 * @throws StorageError where there is none; FormatError for a file that is none, naming the place; IntegrityError where a part
 * is not the one that was written.
 */
export async function behaviorModelFromFiles(store: ByteStore, folder = ''): Promise<BehaviorModel> {
  const prefix = folder === '' ? '' : `${folder}/`;
  const path = `${prefix}${cardName}`;
  const bytes = await store.read(path);
  if (bytes === undefined) {
    throw new StorageError(`no model of behavior there: ${path}`, {
      hint: 'Name the folder that train behavior wrote, the one with model.json.',
    });
  }
  const fail = (where: string, expected: string, found: unknown): never => {
    const text = found === undefined ? 'nothing' : JSON.stringify(found).slice(0, 80);
    throw new FormatError({ format, path, where, expected, found: text });
  };
  const data = parseCard(bytes, path, fail);
  const { sha256, ...content } = data;
  const changed = (name: string): never => {
    throw new IntegrityError(`a part of the model is not the one that was written: ${prefix}${name}`, {
      hint: 'Copy the whole folder again, or train again.',
    });
  };
  if (sha256 !== hashOf(stableJson(content))) changed(cardName);
  const { behaviors, background, fps, columns, decision, card, parts } = data;
  if (!isListOf(isText)(behaviors) || behaviors.length < 2 || behaviors.length > 254) {
    return fail('behaviors', '2 to 254 different names', behaviors);
  }
  if (background !== undefined && background !== behaviors.at(-1)) {
    return fail('background', 'the last of the behaviors', background);
  }
  if (!isPositive(fps)) return fail('fps', 'a number above 0', fps);
  if (!isListOf(isText)(columns)) return fail('columns', 'different names', columns);
  if (!isRecord(decision)) return fail('decision', 'offsets and a smoother', decision);
  if (!isRecord(card)) return fail('card', 'a card', card);
  const width = behaviors.length;
  const { offsets } = decision;
  if (!isNumbers(offsets) || offsets.length !== width) return fail('decision.offsets', `${width} numbers`, offsets);
  const smoother = parseSmoother(decision.smoother);
  if (smoother.classCount !== width) return fail('decision.smoother', `${width} classes`, smoother.classCount);
  const hashes = isRecord(parts) ? parts : fail('parts', 'names and hashes', parts);
  const partName = (where: string, value: unknown): string =>
    typeof value === 'string' && /^(trees|temporal)-[0-9a-f]{16}(\.json)?$/.test(value) && Object.hasOwn(hashes, value)
      ? value
      : fail(where, 'a part of the model', value);
  const load = async (value: unknown, where: string, depth: number): Promise<Scorer> => {
    if (!isRecord(value) || depth > mostDepth) return fail(where, 'a scorer', value);
    const { kind, strategy, classCount, other } = value;
    const rest = { classCount: width, ...(other === undefined ? {} : { other: width - 1 }) };
    const isOther = other === undefined || (other === width - 1 && background !== undefined);
    if (!isOther) return fail(`${where}.other`, `the background ${width - 1}`, other);
    if (kind === 'trees' || kind === 'logistic') {
      if (strategy !== 'one-vs-rest' && strategy !== 'multi-class') {
        return fail(`${where}.strategy`, 'one-vs-rest or multi-class', strategy);
      }
      if (classCount !== width) return fail(`${where}.classCount`, `${width}`, classCount);
      const count = strategy === 'multi-class' ? 1 : width - (other === undefined ? 0 : 1);
      const outputs = strategy === 'multi-class' ? width : 1;
      const list = kind === 'trees' ? value.files : value.models;
      if (!Array.isArray(list) || list.length !== count) return fail(where, `${count} classifiers`, list);
      if (kind === 'logistic') {
        const models = list.map((item: unknown, i) =>
          parseLogistic(item, {
            where: `${where}.models[${i}]`,
            columnCount: columns.length,
            classCount: strategy === 'multi-class' ? width : 2,
            fail,
          }),
        );
        return { kind, strategy, ...rest, models };
      }
      const ensembles: TreeEnsemble[] = [];
      for (const [i, item] of list.entries()) {
        const name = partName(`${where}.files[${i}]`, item);
        const part = await store.read(`${prefix}${name}`);
        if (part === undefined || hashOf(part) !== hashes[name]) return changed(name);
        const ensemble = treeEnsembleFromXgboost(part, { path: `${prefix}${name}` });
        if (ensemble.columnCount !== columns.length || ensemble.outputCount !== outputs) {
          return fail(`${where}.files[${i}]`, `trees of ${columns.length} columns and ${outputs} outputs`, [
            ensemble.columnCount,
            ensemble.outputCount,
          ]);
        }
        ensembles.push(ensemble);
      }
      return { kind, strategy, ...rest, ensembles };
    }
    if (kind === 'temporal') {
      const { folders } = value;
      if (!Array.isArray(folders) || folders.length === 0) return fail(`${where}.folders`, 'folders', folders);
      const networks: Awaited<ReturnType<typeof readTemporalModel>>[] = [];
      for (const [i, item] of folders.entries()) {
        const name = partName(`${where}.folders[${i}]`, item);
        const network = await readTemporalModel(store, `${prefix}${name}`);
        if (hashOf(stableJson(network.card)) !== hashes[name]) return changed(name);
        networks.push(network);
      }
      return { kind, ...(other === undefined ? {} : { other: width - 1 }), networks };
    }
    if (kind === 'mean') {
      const { members } = value;
      if (!Array.isArray(members) || members.length === 0) return fail(`${where}.members`, 'scorers', members);
      const read: { weight: number; scorer: Scorer }[] = [];
      for (const [i, item] of members.entries()) {
        const member = isRecord(item) ? item : fail(`${where}.members[${i}]`, 'a scorer', item);
        const { weight } = member;
        if (!isPositive(weight)) return fail(`${where}.members[${i}].weight`, 'a number above 0', weight);
        read.push({ weight, scorer: await load(member.scorer, `${where}.members[${i}]`, depth + 1) });
      }
      return { kind, members: read };
    }
    return fail(`${where}.kind`, 'trees, logistic, temporal or mean', kind);
  };
  return {
    behaviors,
    ...(background === undefined ? {} : { background: behaviors.at(-1) as string }),
    fps,
    columns,
    scorer: await load(data.scorer, 'scorer', 0),
    decision: { offsets, smoother },
    card: card as unknown as BehaviorModelCard,
  };
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'number' && Number.isFinite(item));

type Fail = (where: string, expected: string, found: unknown) => never;

function parseCard(bytes: Uint8Array, path: string, fail: Fail): Readonly<Record<string, unknown>> {
  let data: unknown;
  try {
    data = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new FormatError({ format, path, where: 'text', expected: 'JSON', found, cause });
  }
  if (!isRecord(data) || data.format !== 'zoopraxis-behavior') {
    return fail('format', 'zoopraxis-behavior', isRecord(data) ? data.format : data);
  }
  if (data.version !== 1) {
    throw new IntegrityError(
      `the model is of version ${String(data.version)} and this program reads version 1: ${path}`,
      {
        hint: 'Use a newer Zoopraxis, or train again.',
      },
    );
  }
  return data;
}

function parseLogistic(
  value: unknown,
  options: { readonly where: string; readonly columnCount: number; readonly classCount: number; readonly fail: Fail },
): LogisticModel {
  const { where, columnCount, classCount, fail } = options;
  if (!isRecord(value)) return fail(where, 'a logistic regression', value);
  const { mean, deviation, indicated, weights } = value;
  if (value.classCount !== classCount) return fail(`${where}.classCount`, `${classCount}`, value.classCount);
  if (!isNumbers(mean) || mean.length !== columnCount) return fail(`${where}.mean`, `${columnCount} numbers`, mean);
  if (!isNumbers(deviation) || deviation.length !== columnCount || !deviation.every((item) => item > 0)) {
    return fail(`${where}.deviation`, `${columnCount} numbers above 0`, deviation);
  }
  const isColumn = (item: number) => Number.isInteger(item) && item >= 0 && item < columnCount;
  if (!isNumbers(indicated) || !indicated.every(isColumn)) return fail(`${where}.indicated`, 'columns', indicated);
  const count = classCount * (columnCount + indicated.length + 1);
  if (!isNumbers(weights) || weights.length !== count) return fail(`${where}.weights`, `${count} numbers`, weights);
  return { kind: 'logistic', classCount, mean, deviation, indicated, weights };
}
