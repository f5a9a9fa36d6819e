import { featureFields } from '../../../behavior/feature-options.js';

/**
 * Returns the fields of the choice of features as `zoopraxis features` has them, but `featureSet` for its `set`. Places are
 * those of the project; coats need a folder of videos.
 */
export function featureInput() {
  const { set, scales: _, project: __, coat: ___, ...rest } = featureFields();
  return { featureSet: set, ...rest };
}
