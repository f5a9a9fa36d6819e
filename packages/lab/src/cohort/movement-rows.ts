import {
  type AnimalPath,
  analyzedStretches,
  type CohortRow,
  conditionsOfSubject,
  type LeftOut,
  measureMovement,
  measureRegion,
  shapeInUnit,
} from '@zoopraxis/behavior';
import { DomainError, type PoseTracks, type Recording, secondsOfFrame, unitOfSpace } from '@zoopraxis/core';
import type { Project } from '@zoopraxis/io';
import { mainKeypoint } from '../report/track-sections.js';
import { scaleOfTracks } from '../track/recording-of-tracks.js';
import type { MeasureRows } from './cohort-rows.js';
import { type CohortStream, recordingSeconds } from './cohort-streams.js';

/** Measures that are made from tracks. */
export const movementMeasureNames = [
  'distance',
  'speed',
  'region-time',
  'region-share',
  'region-visits',
  'region-entries',
  'region-latency',
] as const;

/** One of them. */
export type MovementMeasureName = (typeof movementMeasureNames)[number];

/** How tracks are measured. */
export interface MovementChoice {
  readonly measures: readonly MovementMeasureName[];
  /** Names of tracks; where a recording has several, the one in this list. */
  readonly tracks?: readonly string[];
  /** Point that stands for the animal; default by its role. */
  readonly keypoint?: string;
  readonly cutoff: number;
  /** Default cm where any video is calibrated, else px. */
  readonly lengthUnit?: 'px' | 'cm';
  readonly subjects?: readonly string[];
  readonly animal?: string;
  readonly fromSec?: number;
  readonly untilSec?: number;
  readonly minimumStaySec?: number;
  readonly signal: AbortSignal;
}

const titles: Readonly<Record<MovementMeasureName, { title: string; unit: (length: string) => string; over: string }>> =
  {
    distance: { title: 'distance moved', unit: (length) => length, over: 'the mean of the recordings' },
    speed: {
      title: 'mean speed',
      unit: (length) => `${length}/s`,
      over: 'distance of all recordings over their tracked time',
    },
    'region-time': { title: 'time in region', unit: () => 's', over: 'the mean of the recordings' },
    'region-share': {
      title: 'share of the tracked time in region',
      unit: () => '%',
      over: 'time of all recordings over their tracked time',
    },
    'region-visits': { title: 'visits', unit: () => '', over: 'the mean of the recordings' },
    'region-entries': { title: 'entries', unit: () => '', over: 'the mean of the recordings' },
    'region-latency': { title: 'latency to region', unit: () => 's', over: 'the mean of the recordings' },
  };

/** Below this share of tracked time a distance says more about the tracking than about the animal. */
const leastTrackedShare = 0.5;

/** Returns the name of the tracks of a recording, or why there are none to use. */
function trackOf(
  recording: Recording,
  known: ReadonlySet<string>,
  chosen: readonly string[] | undefined,
): { name: string } | { reason: string } {
  const listed =
    recording.tracks.length > 0
      ? recording.tracks
      : [recording.id, ...recording.videos].filter((name) => known.has(name));
  const left = [...new Set(chosen === undefined ? listed : listed.filter((name) => chosen.includes(name)))];
  const [name, ...others] = left;
  if (name === undefined) return { reason: 'has no tracks' };
  if (others.length > 0) return { reason: `has several tracks (${left.join(', ')}): choose with --tracks` };
  return known.has(name) ? { name } : { reason: `its tracks ${name} are not in the project` };
}

function pathOfIndividual(
  tracks: PoseTracks,
  individual: number,
  { keypoint, unit, pxPerCm }: { keypoint: number; unit: 'px' | 'cm'; pxPerCm: number | undefined },
): AnimalPath {
  const { individuals, skeleton, timeBase, position, confidence, dimensions } = tracks;
  const frames = timeBase.frameCount;
  const factor = unitOfSpace(tracks.space) === unit ? 1 : unit === 'cm' ? 1 / (pxPerCm as number) : (pxPerCm as number);
  const [xy, sure] = [new Float64Array(frames * 2), new Float64Array(frames)];
  for (let frame = 0; frame < frames; frame++) {
    const at = (frame * individuals.length + individual) * skeleton.keypoints.length + keypoint;
    xy[2 * frame] = (position[at * dimensions] as number) * factor;
    xy[2 * frame + 1] = (position[at * dimensions + 1] as number) * factor;
    sure[frame] = confidence[at] as number;
  }
  const timeSec = Float64Array.from({ length: frames }, (_, frame) => secondsOfFrame(timeBase, frame));
  return { position: xy, confidence: sure, timeSec, unit };
}

/**
 * Returns the rows of measures of tracks: one list for each measure and region. Lengths are in cm where videos are
 * calibrated; a recording without a calibration is then left out with the reason, never mixed in as px.
 */
export async function movementRows(
  project: Project,
  recordings: readonly Recording[],
  choice: MovementChoice,
): Promise<MeasureRows[]> {
  const known = new Set(await project.listTracks());
  const found = new Map<
    string,
    { rows: CohortRow[]; leftOut: LeftOut[]; measure: MovementMeasureName; about: string }
  >();
  const everyRegion = [...new Set(recordings.flatMap(({ regions }) => regions.map(({ name }) => name)))].sort();
  for (const measure of choice.measures) {
    for (const about of measure.startsWith('region-') ? everyRegion : ['']) {
      found.set(`${measure} ${about}`, { rows: [], leftOut: [], measure, about });
    }
  }
  const leaveOut = (who: string, reason: string, only: (about: string) => boolean = () => true) => {
    for (const { leftOut, about } of found.values()) if (only(about)) leftOut.push({ who, reason });
  };
  const chosen = recordings.map((recording) => ({ recording, track: trackOf(recording, known, choice.tracks) }));
  const isCalibrated = chosen.some(
    ({ track }) => 'name' in track && scaleOfTracks(project.manifest, track.name) !== undefined,
  );
  const unit = choice.lengthUnit ?? (isCalibrated ? 'cm' : 'px');
  for (const { recording, track } of chosen) {
    choice.signal.throwIfAborted();
    if ('reason' in track) {
      leaveOut(recording.id, track.reason);
      continue;
    }
    const pxPerCm = scaleOfTracks(project.manifest, track.name);
    const tracks = await project.readTracks(track.name, { signal: choice.signal });
    const { skeleton, individuals, timeBase } = tracks;
    const keypoint = choice.keypoint === undefined ? mainKeypoint(tracks) : skeleton.keypoints.indexOf(choice.keypoint);
    if (keypoint < 0) {
      leaveOut(recording.id, `its tracks have no keypoint ${choice.keypoint}`);
      continue;
    }
    if (unitOfSpace(tracks.space) !== unit && pxPerCm === undefined) {
      leaveOut(recording.id, `its video has no calibration, so nothing of it is in ${unit}`);
      continue;
    }
    const lengthSec =
      recordingSeconds(recording, project.manifest.videos) ?? secondsOfFrame(timeBase, timeBase.frameCount);
    const startSec = Math.min(choice.fromSec ?? 0, lengthSec);
    const span = { startSec, endSec: Math.max(startSec, Math.min(choice.untilSec ?? lengthSec, lengthSec)) };
    const stretches = analyzedStretches(span, recording.exclusions);
    const subjects = subjectsOf(recording, individuals);
    for (const { subject, individual } of subjects) {
      if (!(choice.subjects?.includes(subject) ?? true)) continue;
      const conditions = conditionsOfSubject(recording, subject);
      const animal = String(
        conditions[choice.animal ?? 'animal'] ?? (subjects.length > 1 ? `${recording.id}/${subject}` : recording.id),
      );
      const path = pathOfIndividual(tracks, individual, { keypoint, unit, pxPerCm });
      const options = { cutoff: choice.cutoff, stretches };
      const add = (
        measure: MovementMeasureName,
        about: string,
        row: Omit<CohortRow, 'recording' | 'animal' | 'conditions'>,
      ) => found.get(`${measure} ${about}`)?.rows.push({ recording: recording.id, animal, conditions, ...row });
      const { distance, speed, trackedSec, observedSec } = measureMovement(path, options);
      if (speed === null || trackedSec < leastTrackedShare * observedSec) {
        const percent = observedSec > 0 ? Math.round((100 * trackedSec) / observedSec) : 0;
        leaveOut(recording.id, `${subject === '' ? 'the animal' : subject} was tracked ${percent} % of the time`);
        continue;
      }
      add('distance', '', { value: distance, weight: 1 });
      add('speed', '', { value: speed, weight: trackedSec });
      for (const name of everyRegion) {
        const region = recording.regions.find((one) => one.name === name);
        if (region === undefined) {
          leaveOut(recording.id, 'has no such region', (about) => about === name);
          continue;
        }
        try {
          const shape = shapeInUnit(region, unit, pxPerCm === undefined ? undefined : { kind: 'plane', pxPerCm });
          const stay = choice.minimumStaySec === undefined ? {} : { minimumStaySec: choice.minimumStaySec };
          const visits = measureRegion(path, shape, { ...options, ...stay });
          add('region-time', name, { value: visits.timeSec, weight: 1 });
          add('region-share', name, { value: (100 * visits.timeSec) / visits.trackedSec, weight: visits.trackedSec });
          add('region-visits', name, { value: visits.visitCount, weight: 1 });
          add('region-entries', name, { value: visits.entryCount, weight: 1 });
          add('region-latency', name, { value: visits.latencySec, weight: 1, isCensored: visits.isCensored });
        } catch (error) {
          if (!(error instanceof DomainError)) throw error;
          leaveOut(recording.id, error.message, (about) => about === name);
        }
      }
    }
  }
  return [...found.values()].map(({ measure, about, rows, leftOut }) => ({
    measure,
    about,
    title: about === '' ? titles[measure].title : `${about}: ${titles[measure].title}`,
    unit: titles[measure].unit(unit),
    overRecordings: titles[measure].over,
    rows,
    leftOut,
    isCensorable: measure === 'region-latency',
  }));
}

/** Returns which individual of tracks is which subject: by name, or the only one of both. */
function subjectsOf(recording: Recording, individuals: readonly string[]): { subject: string; individual: number }[] {
  const named = recording.subjects.flatMap((subject) => {
    const individual = individuals.indexOf(subject);
    return individual < 0 ? [] : [{ subject, individual }];
  });
  if (named.length > 0) return named;
  if (individuals.length === 1) return [{ subject: recording.subjects[0] ?? '', individual: 0 }];
  return individuals.map((subject, individual) => ({ subject, individual }));
}

/** Returns the names of animals that streams and rows are of, sorted. */
export function animalsOf(streams: readonly CohortStream[], rows: readonly MeasureRows[]): string[] {
  return [
    ...new Set([
      ...streams.map(({ animal }) => animal),
      ...rows.flatMap((list) => list.rows.map(({ animal }) => animal)),
    ]),
  ].sort();
}
