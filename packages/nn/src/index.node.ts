export * from './index.js';
export { directBackend } from './runtime/ort-backend.node.js';
