import { type DeviceStatus, type NodeDevice, productRate, tryDevice } from './device.node.js';
import { describeMachine, type Machine } from './machine.node.js';

/** What a device does in a second. */
export interface DeviceSpeed {
  readonly device: NodeDevice;
  readonly threads: number;
  /** Rate of a 1024 x 1024 float32 matrix product, median over one second, in 10^9 operations a second. */
  readonly gflopPerSec: number;
}

/** What {@link doctor} found. */
export interface DoctorReport {
  readonly machine: Machine;
  readonly devices: readonly DeviceStatus[];
  /** One entry for each device that works. */
  readonly speeds: readonly DeviceSpeed[];
}

/** Returns what networks can run on here: machine, versions, each device with the reason where it is missing, and speed. */
export async function doctor(options: { threads?: number } = {}): Promise<DoctorReport> {
  const machine = describeMachine();
  const threads = options.threads ?? machine.cores;
  const devices: DeviceStatus[] = [];
  for (const device of ['cpu', 'webgpu', 'cuda'] as const) devices.push(await tryDevice(device));
  const speeds: DeviceSpeed[] = [];
  for (const { device, available } of devices) {
    if (available) speeds.push({ device, threads, gflopPerSec: await productRate(device, { threads, seconds: 1 }) });
  }
  return { machine, devices, speeds };
}
