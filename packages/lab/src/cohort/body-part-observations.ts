import { type EncounterPoints, type LeftOut, relabelByBodyPart } from '@zoopraxis/behavior';
import { type PoseTracks, type Recording, StorageError } from '@zoopraxis/core';
import type { Project } from '@zoopraxis/io';
import type { StreamObservation } from './observations.js';

/** How a behavior is divided by the part of the other animal's body that the nose is at. */
export interface BodyPartChoice {
  readonly behavior: string;
  readonly by: 'frame' | 'bout';
  /** Points less sure than this are missing. */
  readonly cutoff: number;
  /** Name of tracks; where a recording has several, the one in this list. */
  readonly tracks?: readonly string[];
}

const roleNames = ['nose', 'neck', 'leftHip', 'rightHip', 'tailBase'] as const;

/** Returns the places of the keypoints that the boundaries need. */
function placesOf(tracks: PoseTracks, name: string): Record<(typeof roleNames)[number], number> {
  const { skeleton } = tracks;
  const places = roleNames.map((role) => [role, skeleton.roles[role]] as const);
  const missing = places.filter(([, place]) => place === undefined).map(([role]) => role);
  if (missing.length > 0) {
    throw new StorageError(
      `body parts need keypoints with the roles ${missing.join(', ')}, and tracks ${name} have none`,
      {
        hint: `Name the keypoints of skeleton ${skeleton.name} so that they are known (nose, neck, left hip, right hip, tail base), or give them their roles.`,
      },
    );
  }
  return Object.fromEntries(places) as Record<(typeof roleNames)[number], number>;
}

/**
 * Returns an observation in which one behavior is divided into face, body, genital and unknown; or why it is left out.
 * The animal that acts is the individual of the annotations' subject, the other one their target, or the only other.
 */
export async function divideByBodyPart(
  project: Project,
  recording: Recording,
  { stream, observation }: StreamObservation,
  choice: BodyPartChoice,
): Promise<StreamObservation | LeftOut> {
  const out = (reason: string): LeftOut => ({ who: stream.recording, reason });
  const { annotations } = observation;
  if (!annotations.behaviors.includes(choice.behavior)) return { stream, observation };
  const names = recording.tracks.filter((name) => choice.tracks?.includes(name) ?? true);
  const [name] = names;
  if (name === undefined) return out('has no tracks, which body parts need');
  if (names.length > 1) return out(`has several tracks (${names.join(', ')}): choose with --tracks`);
  const tracks = await project.readTracks(name);
  const places = placesOf(tracks, name);
  const { individuals, skeleton, position, confidence, dimensions, timeBase } = tracks;
  const actor = individuals.indexOf(stream.subject);
  const others = individuals.filter((individual) => individual !== stream.subject);
  const targetName = stream.target ?? (others.length === 1 ? others[0] : undefined);
  const target = individuals.indexOf(targetName ?? '');
  if (actor < 0 || target < 0) {
    return out(`its tracks have ${individuals.join(', ')}, not ${stream.subject} and ${targetName ?? 'one other'}`);
  }
  const pointOf = (frame: number, individual: number, keypoint: number): [number, number] => {
    const at = (frame * individuals.length + individual) * skeleton.keypoints.length + keypoint;
    if ((confidence[at] as number) < choice.cutoff) return [Number.NaN, Number.NaN];
    return [position[at * dimensions] as number, position[at * dimensions + 1] as number];
  };
  const pointsAt = (frame: number): EncounterPoints => ({
    residentNose: pointOf(frame, actor, places.nose),
    nose: pointOf(frame, target, places.nose),
    neck: pointOf(frame, target, places.neck),
    leftHip: pointOf(frame, target, places.leftHip),
    rightHip: pointOf(frame, target, places.rightHip),
    tailBase: pointOf(frame, target, places.tailBase),
  });
  const divided = relabelByBodyPart(annotations, pointsAt, { behavior: choice.behavior, timeBase, by: choice.by });
  const made = divided.behaviors.filter((one) => !annotations.behaviors.includes(one));
  return {
    observation: { ...observation, annotations: divided },
    stream: {
      ...stream,
      behaviors: [...stream.behaviors.filter((one) => one !== choice.behavior), ...made],
      scoredBehaviors: divided.behaviors,
    },
  };
}
