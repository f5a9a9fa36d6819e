import { featureFields } from '../../../behavior/feature-options.js';

/** Returns the fields of the choice of features as `zoopraxis features` has them, but `featureSet` for its `set`. */
export function featureInput() {
  const { set, ...rest } = featureFields();
  return { featureSet: set, ...rest };
}
