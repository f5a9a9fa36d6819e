import type { Rule } from '@zoopraxis/behavior';
import type { Behavior, Region, Skeleton } from '@zoopraxis/core';
import type { ProgressEvent } from '../progress/progress-event.js';

// What studio and server say to each other. Types only: the page imports them, the server fulfills them.

/** What the page knows of a project when it opens. Everything large is asked for by window. */
export interface ProjectView {
  readonly name: string;
  /** Last part of the folder's path. */
  readonly folder: string;
  /** Differs by folder: under it a page keeps edits that are not on the disk yet. */
  readonly place: string;
  readonly programVersion: string;
  /** Rises with every change of what this view shows. */
  readonly revision: number;
  /** Who labels and annotates unless told otherwise. */
  readonly annotator: string;
  /** Whether that was said when the server was started. */
  readonly isAnnotatorGiven?: boolean;
  readonly skeletons: readonly Skeleton[];
  readonly ethogram: { readonly behaviors: readonly Behavior[] };
  readonly videos: readonly VideoView[];
  readonly recordings: readonly RecordingView[];
  readonly tracks: readonly TracksView[];
  readonly annotations: readonly StreamView[];
  readonly models: readonly ModelView[];
  /** Images that carry labels, of all skeletons. */
  readonly labeledFrameCount: number;
  /** Who labeled how much. */
  readonly labelSummary: {
    /** By name. */
    readonly annotators: readonly { readonly name: string; readonly imageCount: number }[];
    /** Names of the animals that have labels, sorted list. */
    readonly individuals: readonly string[];
    /** Groups (videos) with labels, by name. */
    readonly groups: readonly { readonly name: string; readonly imageCount: number }[];
    /** Images in which one annotator labeled several animals. */
    readonly severalAnimalImageCount: number;
    /** By skeleton: labeled animals in images, and in how many of them each keypoint is there, visible or occluded. */
    readonly points: Readonly<
      Record<string, { readonly animalCount: number; readonly keypoints: Readonly<Record<string, number>> }>
    >;
  };
  /** What was met and mended while opening, as sentences: a recovery after a crash is told here. */
  readonly warnings: readonly string[];
  /** Points that another program changed as well. */
  readonly conflictCount: number;
  /** Damaged places of the journals, as sentences: until they are set aside, what they are of can be neither read nor edited. */
  readonly damage: readonly string[];
}

/** A video; its bytes are at `/api/videos/:video/bytes`. */
export interface VideoView {
  readonly id: string;
  readonly fileName: string;
  readonly view: 'top' | 'front' | 'side' | 'bottom' | 'other';
  readonly widthPx: number;
  readonly heightPx: number;
  readonly frameCount: number;
  readonly fps: number;
  readonly isVariableRate: boolean;
  /** False where the file is not where the project says. */
  readonly isThere: boolean;
  /** True where a folder of images stands for a video: frames are images one after another, and their times mean nothing. */
  readonly isImages?: boolean;
  readonly pxPerCm: number | null;
}

/** How a video can be shown, told when it is first looked at. */
export interface VideoDetail {
  readonly codec: string;
  readonly container: string;
  /** `page`: a browser decodes the bytes; `server`: frames come one by one as pictures. */
  readonly decode: 'page' | 'server';
  /** Time of the first frame on the container's own clock, seconds. */
  readonly startSec: number;
  readonly frameCount: number;
}

/** One session. */
export interface RecordingView {
  readonly id: string;
  /** Ids, the first is the one that frames are counted in. */
  readonly videos: readonly string[];
  /** Seconds added to the recording's time to get that of the video, by video; left out = 0. */
  readonly offsetsSec: Readonly<Record<string, number>>;
  readonly subjects: readonly string[];
  readonly conditions: Readonly<Record<string, string | number | boolean>>;
  readonly tracks: readonly string[];
  readonly arena: Region | null;
  readonly regions: readonly Region[];
  /** Whether a change of arena and regions can be taken back, and done again. */
  readonly outlineSteps: { readonly canUndo: boolean; readonly canRedo: boolean };
  readonly durationSec: number;
}

/** Tracks of one video. */
export interface TracksView {
  readonly name: string;
  readonly recording: string | null;
  readonly video: string | null;
  readonly frameCount: number;
  readonly fps: number;
  readonly individuals: readonly string[];
  readonly keypoints: readonly string[];
  /** Pairs of indices into `keypoints`. */
  readonly edges: readonly (readonly [number, number])[];
  /** Name of the model that made them, or the program they come from. */
  readonly source: string;
  /** In edited tracks: the exchanges of two animals in their order, the last of which can be taken back. */
  readonly exchanges: readonly {
    readonly first: string;
    readonly second: string;
    readonly fromFrame: number;
    /** Frame past the last one; left out = to the end. */
    readonly toFrame?: number | undefined;
  }[];
}

/** Which bouts are meant. */
export interface StreamKey {
  /** Name of the file in `annotations/`. */
  readonly set: string;
  readonly recording: string;
  readonly subject: string;
  readonly target?: string;
  readonly annotator: string;
  readonly channel: string;
}

/** Bouts of one animal by one annotator in one recording. */
export interface StreamView extends StreamKey {
  readonly isHuman: boolean;
  readonly behaviors: readonly string[];
  readonly boutCount: number;
}

/** One bout; a point event ends where it starts. */
export interface BoutView {
  /** Stays the same while the bout is trimmed or relabeled. */
  readonly id: string;
  readonly behavior: string;
  readonly startSec: number;
  /** Not included. */
  readonly endSec: number;
  readonly probability?: number;
  readonly modifiers?: readonly string[];
}

/** Bouts of one recording in one set: all, or what changed since an earlier answer. */
export interface BoutChanges {
  /** Names this state; sent as `since` it asks for what changed after it. */
  readonly version: string;
  /** All streams that there are, by their order; those of before that are not here are gone. */
  readonly streams: readonly (StreamView & {
    /** What was watched, from and to. */
    readonly observedSec?: readonly [number, number];
    /** True where `bouts` are all; else they are those that are new or changed. */
    readonly isWhole: boolean;
    readonly bouts: readonly BoutView[];
    /** Ids of bouts that are gone. */
    readonly removed: readonly string[];
  })[];
}

/** A trained model of the project. */
export interface ModelView {
  readonly name: string;
  readonly kind: 'pose' | 'behavior';
  readonly madeAt: string | null;
  /** Keypoints or behaviors. */
  readonly classes: readonly string[];
  /** Headline numbers of its card, such as `held-out error: 3.1 px`. */
  readonly headline: string;
  /** Network of a pose model, such as `unet`; null = not known. */
  readonly network: string | null;
  /** Images that the training of a pose model held out; 0 = none, or not known. */
  readonly heldOutCount: number;
}

/** What one edit of bouts changes in one stream; the stream is made where it is not there. */
export interface BoutEdit {
  readonly stream: StreamKey;
  /** Ids of bouts that go. */
  readonly remove: readonly string[];
  /** Bouts that come; one with the id of a removed bout replaces it. */
  readonly add: readonly BoutView[];
}

/** An edit that a page sends again where it does not know whether the first arrived. */
export interface SentEdit {
  /** Name that no other edit has: what was done under this name is not done again. */
  readonly edit?: string;
}

/** Says that an edit is on the disk. */
export interface Saved {
  readonly seq: number;
  /** ISO 8601. */
  readonly at: string;
  /** Words for the menu: what undo would take back and redo do again; null = nothing. */
  readonly undo: string | null;
  readonly redo: string | null;
  /** Of undo and redo of bouts: what was taken back or done again, and where; null = nothing was left. */
  readonly reversed?: { readonly title: string; readonly recordings: readonly string[] } | null;
}

/** A point of a label: px of the picture, center of the top-left pixel at (0, 0). */
export interface PointView {
  readonly x: number;
  readonly y: number;
  readonly visibility: 'visible' | 'occluded';
}

/** The labels of one animal in one frame by one annotator. */
export interface LabelRow {
  readonly frame: number;
  readonly individual: string;
  readonly annotator: string;
  /** By keypoint; what is not here is absent. */
  readonly points: Readonly<Record<string, PointView>>;
}

/** An image of a video that is known to the project: labeled, or on the list of things to label. */
export interface LabelImage {
  readonly frame: number;
  readonly group: string;
  readonly file: string;
}

/** Labels of one video and skeleton: all, or what changed since an earlier answer. */
export interface LabelsView {
  readonly skeleton: string;
  readonly images: readonly LabelImage[];
  readonly rows: readonly LabelRow[];
  /** Names this state; sent as `since` it asks for what changed after it. */
  readonly version: string;
  /** The version that this is to be added to: images and rows are those that are new or changed; left out: this is all. */
  readonly changedSince?: string;
  /** Rows that are gone since then. */
  readonly removed?: readonly Omit<LabelRow, 'points'>[];
}

/** What one edit of labels changes about one animal in one frame; null removes the whole row. */
export interface LabelEditView {
  readonly frame: number;
  readonly individual: string;
  readonly points: Readonly<Record<string, PointView | null>> | null;
}

/** Rules that make bouts of traces. */
export interface RulesView {
  readonly rules: readonly Rule[];
  /** Rules of the project that this program cannot read, as sentences; they are kept. */
  readonly warnings: readonly string[];
}

/** A curve over a recording: a probability, a feature, a confidence. */
export interface TraceView {
  readonly id: string;
  readonly title: string;
  /** Such as `px/s`; empty for shares. */
  readonly unit: string;
  readonly definition: string;
  /** Heading under which lists show it: `probability of model x`, `speed`, `distance`, `confidence`. */
  readonly group: string;
  readonly subject: string | null;
  readonly fps: number;
  readonly frameCount: number;
}

/** A place worth looking at. */
export interface JumpTarget {
  readonly kind:
    | 'labeled'
    | 'suggested'
    | 'low confidence'
    | 'large jump'
    | 'identity crossing'
    | 'disagreement'
    | 'worst';
  readonly frame: number;
  readonly individual?: string;
  readonly keypoint?: string;
  /** What it was chosen by, such as confidence 0..1 or px; higher is worse. */
  readonly score: number;
  readonly text: string;
}

/** Work that runs beside the page. */
export interface JobView {
  readonly id: string;
  /** Name of the recipe, such as `train pose`. */
  readonly recipe: string;
  readonly title: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'stopped';
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** The last event of each kind. */
  readonly progress: { readonly [Kind in ProgressEvent['kind']]?: Extract<ProgressEvent, { kind: Kind }> };
  /** Share that is done, 0..1; null = not known. */
  readonly share: number | null;
  readonly secondsLeft: number | null;
  /** Units of `progress.work` in a second, over the last seconds; null or left out = not known. */
  readonly ratePerSec?: number | null;
  /** Sentence of what went wrong, and how to mend it. */
  readonly error: { readonly message: string; readonly hint: string | null } | null;
  /** Output of the operation, once done. */
  readonly output: unknown;
}

/** What `/api/events` (server-sent events, `data:` is JSON) tells. */
export type StudioEvent =
  | { readonly kind: 'project'; readonly revision: number }
  | { readonly kind: 'job'; readonly job: JobView }
  | { readonly kind: 'learning'; readonly job: string; readonly event: Extract<ProgressEvent, { kind: 'learning' }> }
  /** An edit is on the disk; `edit` is the name that its page gave it, `of` tells what else may show something else now. */
  | { readonly kind: 'saved'; readonly saved: Saved; readonly of: 'labels' | 'bouts'; readonly edit: string | null }
  /** Something of tracks (their name) or of a video (its id) is being computed; 1 = done, or called off. */
  | {
      readonly kind: 'computing';
      /** Curves, places of a kind, frames to label, or the file of exchanged tracks. */
      readonly what: 'curves' | 'frames to label' | 'tracks' | JumpTarget['kind'];
      readonly tracks: string;
      readonly share: number;
      /** Null where it is not known yet. */
      readonly secondsLeft: number | null;
      readonly framesPerSec: number | null;
    }
  | { readonly kind: 'stopping' };

/** Body of every answer that is not 2xx. */
export interface StudioProblem {
  readonly message: string;
  readonly hint: string | null;
}

/**
 * Every route with JSON: what is sent and what comes back. Names in the path after `:` are filled in, encoded. Binary
 * routes are in {@link StudioBytes}. Frame numbers are a list.
 */
export interface StudioApi {
  'GET /api/project': { response: ProjectView };
  /**
   * Replaces the catalogue of behaviors, in one step of undo of the annotator with the bouts of people that follow it: those of
   * `renamed` (new names by old ones) take the new name, those of `erased` go.
   */
  'PUT /api/ethogram': {
    body: {
      behaviors: readonly Behavior[];
      annotator?: string;
      title?: string;
      renamed?: Readonly<Record<string, string>>;
      erased?: readonly string[];
    };
    response: ProjectView;
  };
  /**
   * Replaces a skeleton, or adds it. Labels follow keypoints that are renamed: `renamed` holds new names by old ones; left out, a new keypoint that stands
   * where another stood is that one. Refused where labels would be lost.
   */
  'PUT /api/skeletons/:skeleton': {
    body: Skeleton & { readonly renamed?: Readonly<Record<string, string>> };
    response: ProjectView;
  };
  'PATCH /api/recordings/:recording': {
    /** A recording that held nothing but a video that comes here is one no more. The first video stays the first. */
    body: Partial<Pick<RecordingView, 'videos' | 'offsetsSec' | 'subjects' | 'conditions' | 'arena' | 'regions'>>;
    response: ProjectView;
  };
  /** Takes back the last change of arena and regions, or does it again; 409 where there is none. */
  'POST /api/recordings/:recording/outlines-undo': { body: { direction: 'undo' | 'redo' }; response: ProjectView };
  /**
   * Sets damaged places of the journals aside, in `labels/damaged/` and `bouts/damaged/`, so that the rest can be used; tells
   * the names of the copies.
   */
  'POST /api/repair': { response: { copies: readonly string[]; project: ProjectView } };
  /** Looks in a folder of this computer, and below, for videos that are not where the project says, by name and content. */
  'POST /api/videos-find': {
    body: { folder: string };
    response: {
      /** Ids, as are those still missing. */
      found: readonly string[];
      missing: readonly string[];
      /** Paths of files that have the name of a video and are another film. */
      others: readonly string[];
      project: ProjectView;
    };
  };
  'PATCH /api/videos/:video': { body: { pxPerCm: number | null }; response: ProjectView };
  'GET /api/videos/:video': { response: VideoDetail };

  /** With `since` (the version of an earlier answer), what changed, where the server still knows; else all. */
  'GET /api/labels/:video': { query: { skeleton?: string; since?: string }; response: LabelsView };
  /** Frames that are not images of the project yet are taken out of the video first. */
  'POST /api/labels/:video': {
    body: SentEdit & { skeleton?: string; annotator: string; title: string; edits: readonly LabelEditView[] };
    response: Saved;
  };
  /** Takes frames out of the video for labeling; by number (list), or chosen by a method. */
  'POST /api/labels/:video/frames': {
    body:
      | { frames: readonly number[] }
      | { method: 'uniform' | 'kmeans' | 'uncertain' | 'outlier'; count: number; tracks?: string };
    response: {
      /** All images of the video, by frame. */
      images: readonly LabelImage[];
      /** Frames that were chosen, ascending, and why they are fewer than were wanted (null where they are not). */
      taken: { readonly frames: readonly number[]; readonly note: string | null };
    };
  };
  'POST /api/labels-undo': { body: SentEdit & { annotator: string; direction: 'undo' | 'redo' }; response: Saved };
  'GET /api/labels-conflicts': {
    response: readonly {
      readonly id: string;
      readonly video: string;
      readonly frame: number | null;
      readonly image: string;
      readonly individual: string;
      readonly keypoint: string;
      readonly ours: PointView | null;
      /** Null where the other program removed it. */
      readonly theirs: PointView | null;
    }[];
  };
  'POST /api/labels-conflicts': {
    body: SentEdit & { decisions: readonly { id: string; take: 'ours' | 'theirs' }[] };
    response: Saved;
  };

  /** Of one recording, or of up to 1000: `recordings` is their ids as JSON. */
  'GET /api/bouts': {
    query: { set: string; recording?: string; recordings?: string };
    /** `observedSec`: what was watched, from and to. */
    response: readonly (StreamView & { bouts: readonly BoutView[]; observedSec?: readonly [number, number] })[];
  };
  /** With `since` (the version of an earlier answer), of each stream only what changed, where the server still knows. */
  'GET /api/bout-changes': { query: { set: string; recording: string; since?: string }; response: BoutChanges };
  'POST /api/bouts': {
    body: SentEdit & { annotator: string; title: string; edits: readonly BoutEdit[] };
    response: Saved;
  };
  'POST /api/bouts-undo': { body: SentEdit & { annotator: string; direction: 'undo' | 'redo' }; response: Saved };
  /** Writes bouts in another program's format into `exports/` of the project. */
  'POST /api/bouts-export': {
    body: {
      set: string;
      format: 'csv' | 'caltech' | 'bento' | 'boris' | 'boris-project' | 'simba';
      recordings?: readonly string[];
      /** Only bouts of this person. */
      annotator?: string;
      /** Only bouts of this channel. */
      channel?: string;
      /** All recordings in one file, where the format can. */
      isTogether?: boolean;
    };
    response: {
      files: readonly string[];
      boutCount: number;
      /** What the format cannot hold, as sentences. */
      notes: readonly string[];
    };
  };

  'GET /api/rules': { response: RulesView };
  /** Replaces all rules of the project; names must be different. */
  'PUT /api/rules': { body: { rules: readonly Rule[] }; response: RulesView };

  /**
   * Takes bouts out of a file of another program (its content tells the format) in one step of undo; streams that it holds
   * take the place of those of the same name. Recording, annotator and animals are for what the file does not say.
   */
  'POST /api/bouts-import': {
    body: SentEdit & {
      fileName: string;
      base64: string;
      set: string;
      recording: string;
      annotator: string;
      subject: string;
      target?: string;
      /** What numbers of tables count; by default what their header says, else seconds. */
      timesAre?: 'seconds' | 'frames';
      /** Who imports, and can take it back; default the annotator. */
      by?: string;
    };
    response: {
      saved: Saved;
      format: string;
      boutCount: number;
      streams: readonly StreamKey[];
      /** What was met in the file, as sentences. */
      notes: readonly string[];
    };
  };

  'GET /api/recordings/:recording/traces': { response: readonly TraceView[] };
  'GET /api/recordings/:recording/targets': {
    /** `annotator`: whom disagreement is with, by default who started the server. */
    query: { tracks?: string; kind: JumpTarget['kind']; annotator?: string };
    response: readonly JumpTarget[];
  };
  /** Exchanges two animals from a frame on (or in a stretch) in a copy of the tracks, named `<name>-edited`; undone by the same call. */
  'POST /api/tracks/:tracks/exchange': {
    body: { first: string; second: string; fromFrame: number; toFrame?: number };
    response: TracksView;
  };

  'GET /api/models/:model': {
    response: {
      view: ModelView;
      card: unknown;
      reports: readonly string[];
      /** Record of the training of a classifier (`training.json`); null where there is none. */
      training: unknown;
      /** Curves of the training of a pose model; empty where there are none. */
      learning: readonly Extract<ProgressEvent, { kind: 'learning' }>[];
    };
  };
  'GET /api/recipes': {
    response: readonly { readonly name: string; readonly title: string; readonly fields: unknown }[];
  };
  'GET /api/jobs': { response: readonly JobView[] };
  'POST /api/jobs': { body: { recipe: string; input: Readonly<Record<string, unknown>> }; response: JobView };
  'GET /api/jobs/:job': { response: JobView & { learning: readonly Extract<ProgressEvent, { kind: 'learning' }>[] } };
  /** Ends a training that runs: it writes its model with the best weights so far, and the job is then done. */
  'POST /api/jobs/:job/finish': { response: JobView };
  /** Stops it; what is done is kept. */
  'DELETE /api/jobs/:job': { response: JobView };
}

/** A route of {@link StudioApi}. */
export type StudioRoute = keyof StudioApi;

/**
 * Routes with bytes, little-endian.
 * - `/api/videos/:video/bytes`: the file, with range requests.
 * - `/api/exports/:file`, `/api/exports/:folder/:file`: a file of the folder `exports/`, to be kept.
 * - `/api/videos/:video/times`: Float64 [frame], seconds from the first frame.
 * - `/api/videos/:video/frames/:frame?format=jpeg|png&width=`: one exact frame. With `&near=1` the frame from which its
 *   decoding begins, which is there sooner; the header `x-frame` says which.
 * - `/api/tracks/:tracks/window?from=&to=`: Float32 [frame, individual, keypoint, 3]: x, y, confidence; NaN = missing.
 *   `to` is not included, at most 16,384 frames.
 * - `/api/recordings/:recording/traces/:trace?from=&to=`: Float32 [frame], at most 2,097,152 frames.
 * - `/api/recordings/:recording/traces/:trace/ranges?from=&to=&bins=`: Float32 [bin, 2]: least and largest of each bin.
 *   Traces are computed when they are first asked for. With `&partial=1` the answer comes after 0.7 s at the latest, as far as
 *   it is: a header `x-share` then says how much of the recording is computed (0..1), `x-seconds-left` for how long, and what
 *   is not there yet is NaN. Computing ends 4 s after nobody asks any more, and goes on when somebody does.
 * - `/api/models/:model/reports/:file`: a page or picture that training or evaluation wrote.
 * - `/api/events`: server-sent events of {@link StudioEvent}.
 */
export type StudioBytes = `/api/${string}`;
