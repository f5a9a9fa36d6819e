import {
  type ByteStore,
  checkStoreName,
  createLabeledFrames,
  createPoseTracks,
  type LabeledFrames,
  type LabeledImage,
  type PoseTracks,
  type Recording,
  type Skeleton,
  StorageError,
  type Video,
} from '@zoopraxis/core';
import type { AnnotationsTable } from '../tables/annotations-layout.js';
import { type ReadAnnotationsOptions, readAnnotationsTable } from '../tables/read-annotations.js';
import { type ReadTracksOptions, readTracksFile } from '../tables/read-tracks.js';
import type { TracksHeader } from '../tables/tracks-layout.js';
import { openTracksSink, type TracksSink, type TracksSinkOptions } from '../tables/tracks-sink.js';
import { writeAnnotationsTable } from '../tables/write-annotations.js';
import { writeTracksFile } from '../tables/write-tracks.js';
import type { BoutEdit } from './bouts/bout-edits.js';
import type { BoutEntry } from './bouts/bout-entry.js';
import { BoutStore, type BoutStoreOptions, type BoutStreamSummary } from './bouts/bout-store.js';
import type { IdentifiedAnnotations } from './bouts/bout-stream.js';
import { checkImages, type ImageProblem } from './check-images.js';
import { checkFileName, isFileName } from './file-name.js';
import type { UndoWords } from './journal/entry-heads.js';
import type { JournalDamage } from './journal/segments.js';
import {
  changesOf,
  checkKeypoints,
  EntryBuilder,
  type LabelEdit,
  mergePoints,
  rowsOf,
} from './labels/entry-builder.js';
import type { LabelEntry, PointData } from './labels/label-entry.js';
import type { LabelConflict, LabelSummary } from './labels/label-state.js';
import type { LabelStore } from './labels/label-store.js';
import { planKeypoints, refuseLostLabels, renameEntry } from './labels/rename-keypoints.js';
import { resolveEntry } from './labels/resolve.js';
import {
  encodeManifest,
  entryOfVideo,
  type Manifest,
  manifestName,
  parseManifest,
  skeletonNamed,
  videoOfEntry,
  withSkeleton,
} from './manifest.js';
import { type MergeReport, type MirroredProject, mergeMirror, writeMirror } from './mirror/mirror.js';
import { entryOfRecording, recordingOfEntry } from './recording-entry.js';
import { readTimes, timesName, writeTimes } from './video-times.js';

/** Whose edits are recorded, and of which skeleton. */
export interface RecordOptions extends SentEdit {
  readonly annotator: string;
  /** Name of a skeleton of the project; by default the first. */
  readonly skeleton?: string;
  /** Words for the history, such as those of the menu. */
  readonly title?: string;
}

/** An edit that its sender may send again, not knowing whether it arrived. */
export interface SentEdit {
  /** Name that no other edit has: what the history has under this name is not done again. */
  readonly id?: string;
}

/** Whose edits are taken back, or done again; by default those of anyone. */
export interface ReverseOptions extends SentEdit {
  readonly annotator?: string;
}

/** Whose bouts are edited. */
export interface RecordBoutsOptions extends SentEdit {
  readonly annotator: string;
  /** Words for the history, such as those of the menu. */
  readonly title?: string;
  /** Returns the catalogue of behaviors after the edit, given that before; undo takes it back with the bouts. */
  readonly ethogram?: (behaviors: Manifest['ethogram']['behaviors']) => Manifest['ethogram']['behaviors'];
  /** New names of behaviors by old ones: rules of the project follow them. */
  readonly renamed?: Readonly<Record<string, string>>;
}

/** Where imported labels come from. */
export interface ImportOptions {
  /** File or program they come from, kept in the history. */
  readonly source: string;
  /** Name for their annotator, where they have one; by default the names that they carry. */
  readonly annotator?: string;
  /** Name of a skeleton of the project; by default the first. A project without skeletons takes that of the labels. */
  readonly skeleton?: string;
}

/** Labels that changed. */
export interface ChangedLabels {
  readonly images: readonly LabeledImage[];
  readonly rows: readonly {
    readonly image: LabeledImage;
    readonly individual: string;
    readonly annotator: string;
    /** By keypoint: x, y (px) and visibility; undefined where the row is gone. */
    readonly points: ReadonlyMap<string, PointData> | undefined;
  }[];
}

/** A project that is open: its manifest, labels, images, tracks and models. All writes are durable when they return. */
export class Project {
  /** The place of all files; names in it are relative to the project's folder. */
  readonly store: ByteStore;
  readonly mode: 'read' | 'write';
  readonly #labels: LabelStore;
  #openedBouts: BoutStore | undefined;
  readonly #warnings: string[] = [];
  readonly #closing: (() => Promise<void>)[] = [];
  #manifest: Manifest;
  #queue: Promise<unknown> = Promise.resolve();
  #manifestUncertain = false;
  #closed = false;
  #ended: Promise<void> | undefined;

  /** For {@link openProject} and {@link createProject}. */
  constructor(store: ByteStore, mode: 'read' | 'write', manifest: Manifest, labels: LabelStore) {
    this.store = store;
    this.mode = mode;
    this.#manifest = manifest;
    this.#labels = labels;
  }

  /** The content of `zoopraxis.json`; change it with {@link Project.updateManifest}. */
  get manifest(): Manifest {
    return this.#manifest;
  }

  /** What was met and mended while opening, as sentences for the user. */
  get warnings(): readonly string[] {
    return [...this.#labels.warnings, ...(this.#openedBouts?.warnings ?? []), ...this.#warnings];
  }

  /** Damaged lines of the labels' journal; empty in a sound project. */
  get damage(): readonly JournalDamage[] {
    return this.#labels.damage;
  }

  /** Damaged lines of the journal of bouts; empty in a sound project. */
  get boutDamage(): readonly JournalDamage[] {
    return this.#bouts.damage;
  }

  /** Opens what holds the bouts; for {@link openProject} and {@link createProject}. */
  async openBouts({ now, delayMs }: Pick<BoutStoreOptions, 'now' | 'delayMs'>): Promise<void> {
    this.#openedBouts = await BoutStore.open(this.store, {
      mode: this.mode,
      now,
      ...(delayMs === undefined ? {} : { delayMs }),
      pathOf: (set) => this.annotationsName(set),
      onWritten: (set, recordings) => this.#nameAnnotations(set, recordings),
      ethogram: {
        read: () => this.#manifest.ethogram.behaviors,
        write: async (behaviors, renamed) => {
          await this.updateManifest((manifest) => withBehaviors(manifest, behaviors as never, renamed));
        },
      },
    });
  }

  /** Replaces the manifest by what a function makes of it; calls run one after another. Returns the new one. */
  async updateManifest(change: (manifest: Manifest) => Manifest): Promise<Manifest> {
    this.#mayWrite();
    const result = this.#queue.then(async () => {
      if (this.#manifestUncertain) await this.#readManifest();
      const bytes = encodeManifest(change(this.#manifest));
      this.#manifestUncertain = true;
      try {
        await this.store.write(manifestName, bytes);
      } catch (error) {
        // The write may have come through although it failed; where the disk cannot tell now, it is asked before the next.
        await this.#readManifest().catch(() => undefined);
        throw error;
      }
      this.#manifest = parseManifest(bytes);
      this.#manifestUncertain = false;
      return this.#manifest;
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /** Returns the skeleton of a name, by default the first; throws RangeError where the project has none such. */
  skeleton(name?: string): Skeleton {
    return skeletonNamed(this.#manifest, name);
  }

  /**
   * Replaces the skeleton of a name, or adds it. Labels follow keypoints that are renamed, whatever their new order; a crash in
   * between leaves a skeleton with old and new names, and all labels.
   * @param renamed new names by old ones
   * @throws IntegrityError naming how many labels of keypoints that are left out there are; nothing is changed then.
   */
  async replaceSkeleton(
    name: string,
    skeleton: Skeleton,
    { renamed = {} }: { readonly renamed?: Readonly<Record<string, string>> } = {},
  ): Promise<void> {
    this.#mayWrite();
    if (skeleton.name !== name) throw new RangeError(`skeleton: name must stay ${name}, got ${skeleton.name}`);
    if (!this.#manifest.skeletons.some((item) => item.name === name)) {
      await this.updateManifest((manifest) => withSkeleton(manifest, skeleton));
      return;
    }
    const before = this.skeleton(name);
    const labels = await this.readLabels({ skeleton: name });
    const plan = planKeypoints(before, skeleton, renamed);
    refuseLostLabels(labels, plan);
    const moved = Object.keys(plan.renamed).length > 0 && labels.image.length > 0;
    if (moved) {
      const both = [
        ...skeleton.keypoints,
        ...Object.keys(plan.renamed).filter((old) => !skeleton.keypoints.includes(old)),
      ];
      const { oksSigma: _, ...rest } = skeleton;
      await this.updateManifest((manifest) => withSkeleton(manifest, { ...rest, keypoints: both }));
      await this.#labels.record((state) => renameEntry(state, labels, plan.renamed));
    }
    await this.updateManifest((manifest) => withSkeleton(manifest, skeleton));
  }

  /** Adds a video, or replaces that of the same id. */
  async addVideo(video: Video): Promise<void> {
    const entry = entryOfVideo(video);
    if (video.timesSec !== undefined) await writeTimes(this.store, video.id, video.timesSec);
    await this.updateManifest((manifest) => ({
      ...manifest,
      videos: [...manifest.videos.filter(({ id }) => id !== video.id), entry],
    }));
  }

  /** Returns the video of an id; throws RangeError where the project has none such. */
  async video(id: string): Promise<Video> {
    const entry = this.#manifest.videos.find((item) => item.id === id);
    if (entry === undefined) throw new RangeError(`video: must be one of the project, got ${id}`);
    if (!entry.variableRate) return videoOfEntry(entry);
    return videoOfEntry(entry, await readTimes(this.store, timesName(id)));
  }

  /** Returns the recordings in the order of the manifest; throws FormatError where one is not valid. */
  recordings(): Recording[] {
    return this.#manifest.recordings.map(recordingOfEntry);
  }

  /**
   * Replaces the recordings by what a function makes of them, in one durable step; calls run one after another.
   * @throws RangeError where one is not valid, names a video that the project does not have, or has an id twice.
   */
  async updateRecordings(change: (recordings: readonly Recording[]) => readonly Recording[]): Promise<Recording[]> {
    const { recordings } = await this.updateManifest((manifest) => {
      const before = new Map(manifest.recordings.map((entry) => [entry.id, entry]));
      const videos = new Set(manifest.videos.map(({ id }) => id));
      const entries = change(manifest.recordings.map(recordingOfEntry)).map((recording) => {
        checkFileName('recording', recording.id);
        const unknown = recording.videos.find((id) => !videos.has(id));
        if (unknown !== undefined) {
          throw new RangeError(`recording ${recording.id}: videos must be those of the project, got ${unknown}`);
        }
        return entryOfRecording(recording, before.get(recording.id));
      });
      const ids = entries.map(({ id }) => id);
      const twice = ids.find((id, i) => ids.indexOf(id) !== i);
      if (twice !== undefined) throw new RangeError(`recordings: must have different ids, got ${twice} twice`);
      return { ...manifest, recordings: entries };
    });
    return recordings.map(recordingOfEntry);
  }

  /**
   * Returns all labels of one skeleton, of every annotator; images (also those without labels) by group and file.
   * @throws IntegrityError where the journal is damaged, unless `damaged` is `skip`: then the rest is returned.
   */
  async readLabels(
    options: { readonly skeleton?: string; readonly damaged?: 'refuse' | 'skip' } = {},
  ): Promise<LabeledFrames> {
    return this.#labels.labels(this.skeleton(options.skeleton), options.damaged);
  }

  /**
   * Records edits of one annotator: all of them are durable when this returns, or none.
   * @returns the entry of the history, undefined where nothing changed
   */
  async recordLabels(edits: readonly LabelEdit[], options: RecordOptions): Promise<LabelEntry | undefined> {
    this.#mayWrite();
    const { annotator } = options;
    checkFileName('annotator', annotator);
    const skeleton = this.skeleton(options.skeleton);
    const checked = edits.map((edit) => {
      this.imageName(edit.image);
      if (edit.individual === '') throw new RangeError('label edit: individual must have a name');
      return { edit, changes: changesOf(edit, skeleton) };
    });
    return this.#labels.record((state) => {
      const builder = new EntryBuilder(state, skeleton.name);
      for (const { edit, changes } of checked) {
        builder.change(edit.image, edit.individual, annotator, (points) =>
          changes === null ? undefined : mergePoints(points, changes),
        );
      }
      const { title } = options;
      return builder.build({
        kind: 'edit',
        by: annotator,
        individuals: [],
        ...(title === undefined ? {} : { note: title }),
      });
    }, options.id);
  }

  /**
   * Takes labels into the project as one entry: rows of the same image, individual and annotator are replaced, and
   * their old points stay in the history.
   * @returns the entry, undefined where the project has all of them already
   */
  async importLabels(labels: LabeledFrames, options: ImportOptions): Promise<LabelEntry | undefined> {
    this.#mayWrite();
    createLabeledFrames(labels);
    const { source, annotator } = options;
    if (annotator !== undefined && new Set(labels.annotator).size > 1) {
      throw new RangeError(
        `annotator: labels of ${labels.annotators.join(', ')} cannot all become those of ${annotator}`,
      );
    }
    for (const image of labels.images) this.imageName(image);
    for (const name of annotator === undefined ? labels.annotators : [annotator]) checkFileName('annotator', name);
    if (this.#manifest.skeletons.length === 0) {
      await this.updateManifest((manifest) => withSkeleton(manifest, labels.skeleton));
    }
    const skeleton = this.skeleton(options.skeleton);
    checkKeypoints(labels, skeleton, source);
    return this.#labels.record((state) => {
      const builder = new EntryBuilder(state, skeleton.name);
      for (const image of labels.images) builder.addImage(image);
      for (const row of rowsOf(labels))
        builder.change(row.image, row.individual, annotator ?? row.annotator, () => row.points);
      return builder.build({
        kind: 'import',
        source,
        individuals: [...labels.individuals],
        ...(annotator === undefined ? {} : { by: annotator }),
      });
    });
  }

  /** Takes back the last entry of an annotator, or of anyone; returns what was taken back, undefined where nothing is left. */
  async undoLabels(options: ReverseOptions = {}): Promise<LabelEntry | undefined> {
    this.#mayWrite();
    return this.#labels.reverse('undo', options);
  }

  /** Does again what was taken back last; returns it, undefined where nothing is left. */
  async redoLabels(options: ReverseOptions = {}): Promise<LabelEntry | undefined> {
    this.#mayWrite();
    return this.#labels.reverse('redo', options);
  }

  /** Returns words for what undo and redo of labels by an annotator would be about, null where there is nothing. */
  labelUndoWords(annotator?: string): Promise<UndoWords> {
    return this.#labels.undoWords(annotator);
  }

  /** Returns the number of images that carry labels, of any skeleton. */
  get labeledImageCount(): number {
    return this.#labels.state('skip').labeledImageCount;
  }

  /** Returns who labeled how much. */
  get labelSummary(): LabelSummary {
    return this.#labels.state('skip').summary();
  }

  /**
   * Returns what changed in the labels of a skeleton after the entry of a number: images, and rows with their points as they are
   * now (undefined = removed). Undefined where that is longer ago than what is kept in memory: then everything is to be read.
   */
  labelChangesSince(seq: number, skeleton?: string): ChangedLabels | undefined {
    const { name } = this.skeleton(skeleton);
    const state = this.#labels.state();
    const changes = this.#labels.changesSince(seq);
    if (changes === undefined) return undefined;
    const imageOf = (key: string) => state.image(key) ?? [];
    return {
      images: changes.images.flatMap(imageOf),
      rows: changes.rows
        .filter((row) => row.skeleton === name)
        .flatMap((key) => {
          const image = state.image(key.image);
          const { individual, annotator } = key;
          return image === undefined ? [] : [{ image, individual, annotator, points: state.points(key) }];
        }),
    };
  }

  /** Returns the number of the last entry in the history of labels. */
  get labelSeq(): number {
    return this.#labels.seq;
  }

  /** Points that another program changed as well as we did; the project keeps ours until they are decided. */
  get conflicts(): readonly LabelConflict[] {
    return this.#labels.state('skip').conflicts();
  }

  /** Decides conflicts by id: `ours` stays, or `theirs` is taken. Returns the entry of the history. */
  async resolveConflicts(
    decisions: readonly { readonly id: string; readonly take: 'ours' | 'theirs' }[],
    options: SentEdit = {},
  ): Promise<LabelEntry | undefined> {
    this.#mayWrite();
    return this.#labels.record((state) => resolveEntry(state, decisions), options.id);
  }

  /**
   * Writes the labels of the scorer into `labeled-data` and `config.yaml`, as DeepLabCut has them, after taking in what
   * it changed there; `close` does it too. Points that both changed become conflicts.
   */
  async mirrorLabels(): Promise<MergeReport> {
    this.#mayWrite();
    return writeMirror(this.#mirrored());
  }

  /** Takes in what DeepLabCut changed in `labeled-data` since the project was last closed; for {@link openProject}. */
  async mergeEdits(): Promise<void> {
    this.#mayWrite();
    if (this.damage.length > 0 || this.#manifest.skeletons.length === 0) return;
    const { changedFiles } = await mergeMirror(this.#mirrored());
    if (changedFiles > 0) await this.mirrorLabels();
  }

  /** Yields all that ever happened to the labels, from the first entry. */
  labelHistory(): AsyncIterable<LabelEntry> {
    return this.#labels.history();
  }

  /** Sets damaged lines of the journal aside (in `labels/damaged/`), and returns the names of the copies. */
  async repairLabels(): Promise<string[]> {
    this.#mayWrite();
    return this.#labels.repair();
  }

  /** Returns the name of an image in the store; throws RangeError where group or file cannot be parts of a file name. */
  imageName({ group, file }: LabeledImage): string {
    checkFileName('image group', group);
    checkFileName('image file', file);
    return checkStoreName(`labeled-data/${group}/${file}`);
  }

  /**
   * Returns the bytes of an image file.
   * @throws StorageError where it is missing.
   */
  async readImage(image: LabeledImage): Promise<Uint8Array> {
    const name = this.imageName(image);
    const bytes = await this.store.read(name);
    if (bytes === undefined) {
      throw new StorageError(`the image is missing: ${name}`, {
        hint: 'Copy it back into the project, or remove its labels.',
      });
    }
    return bytes;
  }

  /** Adds image files, and makes them known with their frames; an image that is there is replaced. */
  async addImages(images: readonly { readonly image: LabeledImage; readonly bytes: Uint8Array }[]): Promise<void> {
    this.#mayWrite();
    for (const { image, bytes } of images) await this.store.write(this.imageName(image), bytes);
    await this.#labels.record((state) => {
      const builder = new EntryBuilder(state, '');
      for (const { image } of images) builder.addImage(image);
      return builder.build({ kind: 'images', individuals: [] });
    });
  }

  /** Returns what is wrong with the labeled images: missing, no picture, of another size, smaller than their labels. */
  async checkImages(
    options: { readonly skeleton?: string; readonly signal?: AbortSignal } = {},
  ): Promise<ImageProblem[]> {
    const { signal } = options;
    return checkImages(this.store, await this.readLabels({ ...options, damaged: 'skip' }), {
      nameOf: (image) => this.imageName(image),
      videos: new Map(this.#manifest.videos.map((video) => [video.id, video])),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** Returns all images that are known, labeled or not, by group and file. */
  images(): readonly LabeledImage[] {
    return this.#labels.images();
  }

  /** Returns the name of a tracks file in the store. */
  tracksName(name: string): string {
    checkFileName('tracks name', name);
    return `tracks/${name}.parquet`;
  }

  /** Returns the names of all tracks that are complete, sorted. */
  async listTracks(): Promise<string[]> {
    const names = await this.store.list('tracks/');
    return named(names, /^tracks\/([^/]+)\.parquet$/);
  }

  /** Writes tracks to `tracks/<name>.parquet` in one step; its layout is that of {@link TracksHeader}. */
  async writeTracks(name: string, tracks: PoseTracks): Promise<void> {
    this.#mayWrite();
    await writeTracksFile(this.store, this.tracksName(name), createPoseTracks(tracks));
  }

  /**
   * Returns the tracks of a name, or a part of them.
   * @throws StorageError where there are none, FormatError where the file is damaged.
   */
  async readTracks(name: string, options: ReadTracksOptions = {}): Promise<PoseTracks> {
    const path = this.tracksName(name);
    const tracks = await readTracksFile(this.store, path, options);
    if (tracks !== undefined) return tracks;
    const known = (await this.listTracks()).join(', ') || 'none';
    throw new StorageError(`there are no tracks named ${name} (known: ${known}): ${path}`, {
      hint: 'Track the video first.',
    });
  }

  /** Opens a sink that writes tracks chunk by chunk and goes on after an interruption. */
  async openTracksSink(name: string, header: TracksHeader, options: TracksSinkOptions = {}): Promise<TracksSink> {
    this.#mayWrite();
    return openTracksSink(this.store, this.tracksName(name), header, options);
  }

  /** Returns the name of an annotations file in the store. */
  annotationsName(name: string): string {
    checkFileName('annotations name', name);
    return `annotations/${name}.parquet`;
  }

  /** Returns the names of all annotations, sorted. */
  async listAnnotations(): Promise<string[]> {
    const names = await this.store.list('annotations/');
    const files = named(names, /^annotations\/([^/]+)\.parquet$/);
    return [...new Set([...files, ...this.#bouts.pending])].sort();
  }

  /**
   * Writes annotations to `annotations/<name>.parquet` in one step, and then names them in their recordings; those
   * that the manifest does not have are left to the caller. Where the set was edited, the history says that a file
   * replaced it.
   */
  async writeAnnotations(name: string, table: AnnotationsTable): Promise<void> {
    this.#mayWrite();
    const path = this.annotationsName(name);
    await this.#bouts.replacing(name, () => writeAnnotationsTable(this.store, path, table));
    await this.#nameAnnotations(name, new Set(table.streams.map(({ recording }) => recording)));
  }

  /** Names annotations in the recordings that they are about, and in no other. */
  async #nameAnnotations(name: string, about: ReadonlySet<string>): Promise<void> {
    const named = this.#manifest.recordings.every(
      ({ id, annotations }) => annotations.includes(name) === about.has(id),
    );
    if (named) return;
    await this.updateManifest((manifest) => ({
      ...manifest,
      recordings: manifest.recordings.map((entry) => {
        const others = entry.annotations.filter((other) => other !== name);
        return { ...entry, annotations: about.has(entry.id) ? [...others, name].sort() : others };
      }),
    }));
  }

  /**
   * Returns the annotations of a name, or those of some recordings.
   * @throws StorageError where there are none, FormatError where the file is damaged.
   */
  async readAnnotations(name: string, options: ReadAnnotationsOptions = {}): Promise<AnnotationsTable> {
    const path = this.annotationsName(name);
    const table = this.#bouts.pending.includes(name)
      ? chooseRecordings(await this.#bouts.table(name), options)
      : await readAnnotationsTable(this.store, path, options);
    if (table !== undefined) return table;
    throw await this.#noAnnotations(name);
  }

  async #noAnnotations(name: string): Promise<StorageError> {
    const known = (await this.listAnnotations()).join(', ') || 'none';
    return new StorageError(`there are no annotations named ${name} (known: ${known}): ${this.annotationsName(name)}`, {
      hint: 'Take them in with `zoopraxis import annotations`.',
    });
  }

  /**
   * Returns the bouts of a set by stream, with ids that stay the same while a bout is edited, also in later sessions; of
   * some recordings, by default of all.
   * @throws StorageError where there is no such set, FormatError where its file is damaged.
   */
  async readBouts(
    set: string,
    options: { readonly recordings?: readonly string[]; readonly signal?: AbortSignal } = {},
  ): Promise<readonly IdentifiedAnnotations[]> {
    this.annotationsName(set);
    const streams = await this.#bouts.streams(set, options);
    if (streams === undefined) throw await this.#noAnnotations(set);
    return streams;
  }

  /** Returns what the streams of a set are about, without their bouts, of a set that is being edited; undefined where its file says it. */
  async boutStreams(set: string): Promise<readonly BoutStreamSummary[] | undefined> {
    this.annotationsName(set);
    return this.#bouts.summaries(set);
  }

  /**
   * Records edits of bouts by one annotator: all of them are durable when this returns, or none. The file of annotations
   * follows a little later, and on closing.
   * @returns the entry of the history, undefined where nothing changed
   * @throws RangeError where a bout that goes is not there, or one that comes is not valid.
   */
  async recordBouts(edits: readonly BoutEdit[], options: RecordBoutsOptions): Promise<BoutEntry | undefined> {
    this.#mayWrite();
    checkFileName('annotator', options.annotator);
    for (const { stream } of edits) {
      this.annotationsName(stream.set);
      if (!this.#manifest.recordings.some(({ id }) => id === stream.recording)) {
        throw new RangeError(`bout edit: recording must be one of the project, got ${stream.recording}`);
      }
    }
    const { ethogram, ...rest } = options;
    return this.#bouts.record(edits, {
      ...rest,
      ...(ethogram === undefined ? {} : { ethogram: (behaviors) => ethogram(behaviors as never) }),
    });
  }

  /** Takes back the last edit of bouts by an annotator, or by anyone; returns what was taken back, undefined where nothing is left. */
  async undoBouts(options: ReverseOptions = {}): Promise<BoutEntry | undefined> {
    this.#mayWrite();
    return this.#bouts.reverse('undo', options);
  }

  /** Does again what was taken back last; returns it, undefined where nothing is left. */
  async redoBouts(options: ReverseOptions = {}): Promise<BoutEntry | undefined> {
    this.#mayWrite();
    return this.#bouts.reverse('redo', options);
  }

  /** Returns words for what undo and redo of bouts by an annotator would be about, null where there is nothing. */
  boutUndoWords(annotator?: string): Promise<UndoWords> {
    return this.#bouts.undoWords(annotator);
  }

  /** Returns the number of the last entry in the history of bouts. */
  get boutSeq(): number {
    return this.#bouts.seq;
  }

  /** Returns the sets with edits that their file does not hold yet, sorted. */
  get pendingBouts(): readonly string[] {
    return this.#bouts.pending;
  }

  /** Writes the files of annotations whose edits they do not hold yet. */
  async flushBouts(): Promise<void> {
    this.#mayWrite();
    await this.#bouts.flush();
  }

  /** Yields all that ever happened to the bouts, from the first entry. */
  boutHistory(): AsyncIterable<BoutEntry> {
    return this.#bouts.history();
  }

  /** Sets damaged lines of the journal of bouts aside (in `bouts/damaged/`), and returns the names of the copies. */
  async repairBouts(): Promise<string[]> {
    this.#mayWrite();
    return this.#bouts.repair();
  }

  /** Returns the folder of a model in the store, without a slash at its end: `models/<name>`. */
  modelFolder(name: string): string {
    checkFileName('model name', name);
    return `models/${name}`;
  }

  /** Returns the names of all models that have a card, sorted. */
  async listModels(): Promise<string[]> {
    const names = await this.store.list('models/');
    return named(names, /^models\/([^/]+)\/model\.json$/);
  }

  /** Adds work that `close` does, last added first. */
  onClose(job: () => Promise<void>): void {
    this.#closing.push(job);
  }

  /** Writes the mirror and what saves time at the next opening, and gives the project free. */
  close(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    const problems: unknown[] = [];
    if (this.mode === 'write' && this.#labels.damage.length === 0) {
      if (this.#manifest.skeletons.length > 0) await this.mirrorLabels().catch((error) => problems.push(error));
      await this.#labels.compact().catch((error) => problems.push(error));
    }
    await this.#openedBouts?.close().catch((error) => problems.push(error));
    this.#closed = true;
    for (const job of this.#closing.reverse()) await job().catch((error) => problems.push(error));
    if (problems.length > 0) throw problems[0];
  }

  async #readManifest(): Promise<void> {
    const bytes = await this.store.read(manifestName);
    if (bytes !== undefined) this.#manifest = parseManifest(bytes);
    this.#manifestUncertain = false;
  }

  #mirrored(): MirroredProject {
    return {
      store: this.store,
      labels: this.#labels,
      manifest: () => this.#manifest,
      skeleton: () => this.skeleton(),
      updateManifest: (change) => this.updateManifest(change),
      warn: (sentence) => this.#warnings.push(sentence),
    };
  }

  #mayWrite(): void {
    if (this.#closed) throw new RangeError('project: must be open, is closed');
    if (this.mode !== 'write') throw new RangeError('project: mode must be write, is read');
  }

  get #bouts(): BoutStore {
    if (this.#openedBouts === undefined) throw new RangeError('project: must be opened with openProject');
    return this.#openedBouts;
  }
}

/** Returns a manifest with other behaviors; rules that write a renamed one follow it. */
function withBehaviors(
  manifest: Manifest,
  behaviors: Manifest['ethogram']['behaviors'],
  renamed: Readonly<Record<string, string>>,
): Manifest {
  const next = { ...manifest, ethogram: { ...manifest.ethogram, behaviors } };
  const { rules } = manifest;
  if (!Array.isArray(rules) || Object.keys(renamed).length === 0) return next;
  const follow = (rule: unknown) => {
    const { behavior } = (rule ?? {}) as { readonly behavior?: unknown };
    const name = typeof behavior === 'string' && Object.hasOwn(renamed, behavior) ? renamed[behavior] : undefined;
    return name === undefined ? rule : { ...(rule as object), behavior: name };
  };
  return { ...next, rules: rules.map(follow) };
}

/** Returns the names that files have for us; others are not ours: systems put files such as `._a.parquet` beside each of ours. */
function named(files: readonly string[], pattern: RegExp): string[] {
  return files.flatMap((file) => pattern.exec(file)?.[1] ?? []).filter(isFileName);
}

/** Returns a table as a reader of the file would have it: of some recordings, without the ids of bouts. */
function chooseRecordings(
  { streams, ...table }: AnnotationsTable,
  { recordings }: ReadAnnotationsOptions,
): AnnotationsTable {
  const wanted = recordings === undefined ? undefined : new Set(recordings);
  const chosen = streams.filter(({ recording }) => wanted === undefined || wanted.has(recording));
  return { ...table, streams: chosen.map(({ ids: _, ...stream }) => stream) };
}
