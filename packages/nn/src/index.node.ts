export * from './index.js';
export { type DeviceStatus, type NodeDevice, resolveDevice, tryDevice } from './runtime/device.node.js';
export { type DeviceSpeed, type DoctorReport, doctor } from './runtime/doctor.node.js';
export { describeMachine, type Machine } from './runtime/machine.node.js';
export { directBackend } from './runtime/ort-backend.node.js';
export { type ChooseFormsOptions, chooseForms } from './runtime/probe.node.js';
export { workerBackend } from './runtime/session.node.js';
export { type WorkerBatchOptions, workerBatches } from './train/batches.node.js';
export { type OpenTrainerOptions, openTrainer } from './train/trainer.node.js';
