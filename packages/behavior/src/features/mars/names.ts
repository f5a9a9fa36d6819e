/** The seven points of MARS's top view, in its order, with its names. */
export const marsPoints = ['nose', 'right_ear', 'left_ear', 'neck', 'right_side', 'left_side', 'tail_base'] as const;

/** Points of which MARS measures distances and speeds. */
export type MarsPoint = (typeof marsPoints)[number];

/** Frames over which MARS measures displacements, at 30 frames a second; list. */
export const marsSpans = [2, 5, 10] as const;

const pairs = marsPoints.flatMap((a, i) => marsPoints.slice(i + 1).map((b) => `dist_${a}_${b}`));

/** The features of one mouse in the published order; list of 158 names. */
export const marsFeatureNames: readonly string[] = [
  ...marsPoints.flatMap((point) => [`${point}_x`, `${point}_y`]),
  ...['centroid', 'centroid_head', 'centroid_hips', 'centroid_body'].flatMap((name) => [`${name}_x`, `${name}_y`]),
  ...['phi', 'ori_head', 'ori_body', 'angle_head_body_l', 'angle_head_body_r'],
  ...['major_axis_len', 'minor_axis_len', 'axis_ratio', 'area_ellipse'],
  ...['dist_edge_x', 'dist_edge_y', 'dist_edge'],
  ...['speed', 'speed_centroid', 'acceleration', 'acceleration_centroid', 'speed_fwd'],
  ...['resh_twd_itrhb', 'pixel_change_ubbox_mice', 'pixel_change'],
  ...marsPoints.map((point) => `${point}_pc`),
  ...['rel_angle_social', 'rel_dist_gap', 'rel_dist_scaled', 'rel_dist_centroid', 'rel_dist_nose', 'rel_dist_head'],
  ...['rel_dist_body', 'rel_dist_head_body', 'rel_dist_centroid_change'],
  ...['overlap_bboxes', 'area_ellipse_ratio', 'angle_between', 'facing_angle', 'radial_vel', 'tangential_vel'],
  ...marsPoints.flatMap((a) => marsPoints.map((b) => `dist_m1${a}_m2${b}`)),
  ...pairs,
  ...['centroid', ...marsPoints].flatMap((name) => marsSpans.map((span) => `speed_${name}_w${span}`)),
];

/** Features that read the video. */
export const marsPixelFeatures: readonly string[] = [
  'pixel_change_ubbox_mice',
  'pixel_change',
  ...marsPoints.map((point) => `${point}_pc`),
];

/** Features of the second mouse that the classifier is given: those that do not repeat the first's; list of 104 names. */
export const marsIntruderFeatures: readonly string[] = marsFeatureNames.filter(
  (name) =>
    !/^dist_m1/.test(name) &&
    !['resh_twd_itrhb', 'pixel_change_ubbox_mice', 'pixel_change', 'overlap_bboxes', 'angle_between'].includes(name),
);
