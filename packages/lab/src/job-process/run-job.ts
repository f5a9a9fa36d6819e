import { operations } from '../operations/table.js';
import { serveJob } from './serve-job.js';

serveJob(operations);
