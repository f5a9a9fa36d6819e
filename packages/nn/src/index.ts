export { gradientsOf, MissingGradientError } from './differentiate/gradients-of.js';
