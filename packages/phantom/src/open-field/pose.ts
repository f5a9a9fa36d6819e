/** Number of tail pieces. */
export const tailPieces = 10;

/**
 * Places of the numbers that describe one mouse at one time; `tail` begins `tailPieces` pairs x, y from the root of
 * the tail to its tip. Lengths in cm, angles in radians, clockwise in the image. Linear between frames: angles are
 * not wrapped.
 */
export const poseSlot = {
  /** Pelvis on the floor. */
  x: 0,
  y: 1,
  /** Direction from tail base to pelvis onward. */
  heading: 2,
  /** Turn of the chest against the pelvis. */
  bend: 3,
  /** Turn of the head against the chest. */
  headYaw: 4,
  /** How far the front is raised. */
  rear: 5,
  /** Turn of the nose up. */
  headPitch: 6,
  /** Length in units of rest: below 1 hunched, above 1 stretched. */
  stretch: 7,
  /** Width of the trunk in units of rest. */
  breath: 8,
  gaitPhase: 9,
  /** Size of steps, 0..1. */
  gait: 10,
  /** Pelvis above the floor. */
  lift: 11,
  /** 0..1: forepaws at the snout. */
  groom: 12,
  /** Small movement of forepaws while grooming. */
  rub: 13,
  tail: 14,
} as const;

/** Numbers of one mouse at one time. */
export const poseLength = poseSlot.tail + 2 * tailPieces;
