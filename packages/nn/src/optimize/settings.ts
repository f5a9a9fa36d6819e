/** Which parameters a {@link GroupRule} is for: those that meet every condition given. */
export interface ParameterMatch {
  /** Beginning of the name, such as `backbone.`. */
  readonly prefix?: string;
  /** Regular expression as a text, tried anywhere in the name. */
  readonly pattern?: string;
  readonly names?: readonly string[];
  /** Largest number of axes: 1 takes biases and the weights of norms. */
  readonly maxRank?: number;
}

/** What some parameters do differently; where several rules match, a later one wins over an earlier one, field by field. */
export interface GroupRule {
  readonly match: ParameterMatch;
  /** Factor of the learning rate. */
  readonly learningRateScale?: number;
  /** In place of the optimizer's weight decay. */
  readonly weightDecay?: number;
}

/** The usual rule that biases and the weights of norms do not decay. */
export const vectorsWithoutDecay: GroupRule = { match: { maxRank: 1 }, weightDecay: 0 };

/**
 * Limit on gradients before the update: `norm` scales all of them so that their joint Euclidean norm is at most `max`
 * (Pascanu et al. 2013; `max / (norm + 1e-6)` as in PyTorch), `value` cuts each element to [-max, max].
 */
export type GradientClipping = { readonly kind: 'norm' | 'value'; readonly max: number };

/** What all optimizers share. */
export interface CommonSettings {
  /** Learning rate before the schedule's factor. */
  readonly learningRate: number;
  /** Share of the weights added to the gradient (AdamW: taken off the weights directly); 0 by default. */
  readonly weightDecay?: number;
  readonly groups?: readonly GroupRule[];
  readonly clip?: GradientClipping;
  /** Keeps a moving average of the trained weights: average = decay * average + (1 - decay) * weights after every step. */
  readonly average?: { readonly decay: number };
}

/** Stochastic gradient descent as in PyTorch: the first step takes the gradient itself as momentum. */
export interface SgdSettings extends CommonSettings {
  readonly kind: 'sgd';
  /** 0 by default. */
  readonly momentum?: number;
  /** Share of each gradient kept out of the momentum; 0 by default. */
  readonly dampening?: number;
  /** Look ahead along the momentum (Sutskever et al. 2013); false by default. */
  readonly nesterov?: boolean;
}

/** Adam (Kingma and Ba 2015), or AdamW with decay apart from the gradient (Loshchilov and Hutter 2019). */
export interface AdamSettings extends CommonSettings {
  readonly kind: 'adam' | 'adamw';
  /** Decay of the mean of gradients; 0.9 by default. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients; 0.999 by default. */
  readonly beta2?: number;
  /** Added to the root; 1e-8 by default. */
  readonly epsilon?: number;
}

/** RMSProp (Tieleman and Hinton 2012) as in PyTorch. */
export interface RmsPropSettings extends CommonSettings {
  readonly kind: 'rmsprop';
  /** Decay of the mean of squared gradients (PyTorch's alpha); 0.99 by default. */
  readonly smoothing?: number;
  /** 1e-8 by default. */
  readonly epsilon?: number;
  /** Whether epsilon is added to the square, under the root (as in TensorFlow), and not to the root; false by default. */
  readonly epsilonInside?: boolean;
  /** 0 by default. */
  readonly momentum?: number;
  /** Divide by the standard deviation of gradients instead of their root mean square; false by default. */
  readonly centered?: boolean;
}

/** An optimizer as plain data that can be sent to a worker and saved. AdamW's weight decay is 0.01 by default. */
export type OptimizerSettings = SgdSettings | AdamSettings | RmsPropSettings;

/** Returns the weight decay of parameters that no group changes. */
export function baseWeightDecay(settings: OptimizerSettings): number {
  return settings.weightDecay ?? (settings.kind === 'adamw' ? 0.01 : 0);
}

/** Returns the names of the arrays that an optimizer keeps per parameter, in order. */
export function slotNames(settings: OptimizerSettings): readonly string[] {
  switch (settings.kind) {
    case 'sgd':
      return settings.momentum ? ['momentum'] : [];
    case 'adam':
    case 'adamw':
      return ['mean', 'square'];
    case 'rmsprop':
      return ['square', ...(settings.momentum ? ['momentum'] : []), ...(settings.centered ? ['mean'] : [])];
  }
}

function check(
  option: string,
  value: number | undefined,
  requirement: string,
  holds: (value: number) => boolean,
): void {
  if (value !== undefined && !(Number.isFinite(value) && holds(value))) {
    throw new RangeError(`optimizer ${option}: must be ${requirement}, got ${value}`);
  }
}

const share = (value: number): boolean => value >= 0 && value < 1;
const positive = (value: number): boolean => value > 0;
const notBelowZero = (value: number): boolean => value >= 0;

/** Returns the settings after checking every number; throws RangeError naming the option that is out of range. */
export function checkSettings(settings: OptimizerSettings): OptimizerSettings {
  const { learningRate, weightDecay, groups = [], clip, average } = settings;
  check('learningRate', learningRate ?? Number.NaN, 'a number of at least 0', notBelowZero);
  check('weightDecay', weightDecay, 'a number of at least 0', notBelowZero);
  check('clip.max', clip?.max, 'a positive number', positive);
  check('average.decay', average?.decay, 'in [0, 1)', share);
  for (const [index, rule] of groups.entries()) {
    check(`groups[${index}].learningRateScale`, rule.learningRateScale, 'a number of at least 0', notBelowZero);
    check(`groups[${index}].weightDecay`, rule.weightDecay, 'a number of at least 0', notBelowZero);
    if (Object.values(rule.match).every((condition) => condition === undefined)) {
      throw new RangeError(`optimizer groups[${index}].match: must have a condition, got none`);
    }
  }
  switch (settings.kind) {
    case 'sgd':
      check('momentum', settings.momentum, 'in [0, 1)', share);
      check('dampening', settings.dampening, 'in [0, 1]', (value) => value >= 0 && value <= 1);
      if (settings.nesterov && (!settings.momentum || settings.dampening)) {
        throw new RangeError('optimizer nesterov: must come with a momentum and without dampening');
      }
      break;
    case 'adam':
    case 'adamw':
      check('beta1', settings.beta1, 'in [0, 1)', share);
      check('beta2', settings.beta2, 'in [0, 1)', share);
      check('epsilon', settings.epsilon, 'a number of at least 0', notBelowZero);
      break;
    case 'rmsprop':
      check('smoothing', settings.smoothing, 'in [0, 1)', share);
      check('epsilon', settings.epsilon, 'a number of at least 0', notBelowZero);
      check('momentum', settings.momentum, 'in [0, 1)', share);
      break;
    default:
      throw new RangeError(
        `optimizer kind: must be sgd, adam, adamw or rmsprop, got ${String((settings as { kind?: unknown }).kind)}`,
      );
  }
  return settings;
}
