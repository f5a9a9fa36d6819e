export { type ModelCard, modelCardSchema, parseModelCard } from './model/card.js';
