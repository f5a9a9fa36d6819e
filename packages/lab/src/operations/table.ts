import { annotationsCompare } from './annotations-compare.js';
import { annotationsConvert } from './annotations-convert.js';
import { annotationsMerge } from './annotations-merge.js';
import { blind, unblind } from './blind.js';
import { classify } from './classify.js';
import { cohort } from './cohort.js';
import { compareOperation } from './compare.js';
import { demo } from './demo.js';
import { doctor } from './doctor.js';
import { evaluateAnnotatorsOperation } from './evaluate-annotators.js';
import { evaluateBehaviorOperation } from './evaluate-behavior.js';
import { evaluatePoseOperation } from './evaluate-pose.js';
import { evaluateRobustnessOperation } from './evaluate-robustness.js';
import { exportOperation } from './export.js';
import { extractFrames } from './extract-frames.js';
import { features } from './features.js';
import { figure } from './figure.js';
import { filter } from './filter.js';
import { importProject } from './import.js';
import { importAnnotations } from './import-annotations.js';
import { importConditions } from './import-conditions.js';
import { importTracks } from './import-tracks.js';
import { importVideos } from './import-videos.js';
import { info } from './info.js';
import { newProject } from './new.js';
import type { Operation } from './operation.js';
import { render } from './render.js';
import { report } from './report.js';
import { studio } from './studio.js';
import { track } from './track.js';
import { trainBehaviorOperation } from './train-behavior.js';
import { trainPoseOperation } from './train-pose.js';

/** Everything Zoopraxis can do, in the order in which help lists it. */
export const operations: readonly Operation[] = [
  demo,
  doctor,
  newProject,
  importProject,
  importVideos,
  importTracks,
  importAnnotations,
  importConditions,
  studio,
  extractFrames,
  trainPoseOperation,
  evaluatePoseOperation,
  evaluateRobustnessOperation,
  evaluateAnnotatorsOperation,
  compareOperation,
  track,
  filter,
  features,
  trainBehaviorOperation,
  classify,
  evaluateBehaviorOperation,
  annotationsConvert,
  annotationsMerge,
  annotationsCompare,
  render,
  report,
  figure,
  cohort,
  blind,
  unblind,
  exportOperation,
  info,
];
