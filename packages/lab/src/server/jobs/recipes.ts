import type { Recipe } from './recipe.js';
import { classifyRecipe } from './recipes/classify.js';
import { evaluateBehaviorRecipe } from './recipes/evaluate-behavior.js';
import { evaluatePoseRecipe } from './recipes/evaluate-pose.js';
import { exportRecipe, featuresRecipe, reportRecipe } from './recipes/results.js';
import { trackRecipe } from './recipes/track.js';
import { trainBehaviorRecipe } from './recipes/train-behavior.js';
import { trainPoseRecipe } from './recipes/train-pose.js';

/** Everything that a page can start, in the order of menus. */
export const recipes: readonly Recipe[] = [
  trainPoseRecipe,
  evaluatePoseRecipe,
  trackRecipe,
  trainBehaviorRecipe,
  classifyRecipe,
  evaluateBehaviorRecipe,
  featuresRecipe,
  exportRecipe,
  reportRecipe,
];
