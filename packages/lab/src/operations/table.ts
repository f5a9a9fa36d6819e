import { doctor } from './doctor.js';
import { importProject } from './import.js';
import { info } from './info.js';
import { newProject } from './new.js';
import type { Operation } from './operation.js';
import { render } from './render.js';

/** Everything Zoopraxis can do, in the order in which help lists it. */
export const operations: readonly Operation[] = [doctor, newProject, importProject, render, info];
