export {
  type BodyPart,
  type BodyPartOptions,
  bodyPartAt,
  type EncounterPoints,
  relabelByBodyPart,
} from './cohort/body-parts.js';
export { type BoutMeasures, boutDurations, measureBouts } from './cohort/bout-measures.js';
export { type ConditionValue, conditionsOfSubject, numberOfCondition, orderedValues } from './cohort/conditions.js';
export {
  type CohortDesign,
  type CohortGroup,
  type CohortLevel,
  type CohortRow,
  type DesignOptions,
  designGroups,
  type LeftOut,
  type UnitOfAnalysis,
} from './cohort/design.js';
export { type AnimalCourse, type GroupCourse, groupTimeCourses } from './cohort/group-time-course.js';
export {
  type BoutMeasure,
  type BoutMeasureName,
  boutMeasureTable,
  boutMeasureValue,
  type MeasuredValue,
} from './cohort/measures.js';
export {
  type AnimalPath,
  type Movement,
  measureMovement,
  type PathOptions,
  type PathStep,
  walkPath,
} from './cohort/movement.js';
export {
  type BoutOptions,
  checkBoutOptions,
  type DistinctBouts,
  distinctBouts,
  type Observation,
  stretchesOf,
} from './cohort/observation.js';
export { isInRegion, measureRegion, type RegionOptions, type RegionVisits, shapeInUnit } from './cohort/regions.js';
export {
  type AnalyzedPart,
  analyzedPart,
  analyzedSecondsBefore,
  analyzedStretches,
  type Stretch,
  secondsOfStretches,
  stretchAfter,
} from './cohort/stretches.js';
export { type TimeCourse, timeCourses } from './cohort/time-course.js';
export {
  countTransitions,
  sumTransitions,
  type TransitionOptions,
  type Transitions,
  transitionProbabilities,
} from './cohort/transitions.js';
