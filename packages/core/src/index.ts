export {
  DomainError,
  type DomainErrorOptions,
  FormatError,
  type FormatProblem,
  IntegrityError,
  StorageError,
  UnavailableError,
} from './errors.js';
export { joinBytes } from './join-bytes.js';
export { checkStoreName, checkStorePrefix, MemoryStore } from './memory-store.js';
export type { ByteStore, ChunkSink, Frame, FrameSource } from './ports.js';
export { hashText, Random, type RandomState } from './random.js';
