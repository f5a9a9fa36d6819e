export * from './index.js';
export { type WebBackendOptions, webBackend } from './runtime/ort-backend.web.js';
