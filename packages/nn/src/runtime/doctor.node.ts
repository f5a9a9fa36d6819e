import type { Session } from './backend.js';
import { type DeviceStatus, type NodeDevice, productModel, tryDevice } from './device.node.js';
import { describeMachine, type Machine } from './machine.node.js';
import { workerBackend } from './session.node.js';

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

const SIZE = 1024;

/** Returns the median rate of a large matrix product over about a second. */
export async function measureSpeed(device: NodeDevice, threads: number): Promise<DeviceSpeed> {
  const session: Session = await workerBackend(device).createSession(productModel(SIZE), { threads });
  try {
    const tensor = { dtype: 'float32' as const, shape: [SIZE, SIZE], data: new Float32Array(SIZE * SIZE).fill(0.5) };
    const feeds = { a: tensor, b: tensor };
    await session.run(feeds);
    const times: number[] = [];
    const end = performance.now() + 1000;
    while (performance.now() < end || times.length < 3) {
      const start = performance.now();
      await session.run(feeds);
      times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    const milliseconds = times[times.length >> 1] as number;
    return { device, threads, gflopPerSec: (2 * SIZE ** 3) / (milliseconds * 1e6) };
  } finally {
    await session.close();
  }
}

/** Returns what networks can run on here: machine, versions, each device with the reason where it is missing, and speed. */
export async function doctor(options: { threads?: number } = {}): Promise<DoctorReport> {
  const machine = describeMachine();
  const threads = options.threads ?? machine.cores;
  const devices: DeviceStatus[] = [];
  for (const device of ['cpu', 'webgpu', 'cuda'] as const) devices.push(await tryDevice(device));
  const speeds: DeviceSpeed[] = [];
  for (const { device, available } of devices) if (available) speeds.push(await measureSpeed(device, threads));
  return { machine, devices, speeds };
}
