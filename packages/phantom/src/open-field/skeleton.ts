import { createSkeleton, type Skeleton } from '@zoopraxis/core';
import { mouseKeypoints } from './anatomy.js';

/** The skeleton of mice in the open field: the seven points of MARS (Segalin et al. 2021) and two of the tail. */
export const openFieldSkeleton: Skeleton = createSkeleton({
  name: 'phantom-mouse',
  keypoints: mouseKeypoints,
  edges: [
    [0, 1],
    [0, 2],
    [1, 3],
    [2, 3],
    [3, 4],
    [3, 5],
    [4, 6],
    [5, 6],
    [6, 7],
    [7, 8],
  ],
});
