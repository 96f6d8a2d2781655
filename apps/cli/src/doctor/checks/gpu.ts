import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../../start/layout.js';
import { type Finding, line } from '../finding.js';

const run = promisify(execFile);
const DEADLINE_MS = 10_000;
const MIB = 2 ** 20;

export interface Gpu {
  readonly name: string;
  readonly driver: string;
  readonly totalBytes: number;
  readonly freeBytes: number;
}

/** The NVIDIA devices of this machine, as their driver lists them; empty without driver or device. */
export async function findGpus(signal: AbortSignal): Promise<readonly Gpu[]> {
  const fields = '--query-gpu=name,driver_version,memory.total,memory.free';
  try {
    const { stdout } = await run('nvidia-smi', [fields, '--format=csv,noheader,nounits'], {
      signal,
      timeout: DEADLINE_MS,
    });
    return parseGpus(stdout);
  } catch (error) {
    signal.throwIfAborted();
    // No such program, or a driver that does not answer: both mean that no model can run there.
    if (error instanceof Error) return [];
    throw error;
  }
}

/** Lines of `name, driver, total MiB, free MiB`. */
export function parseGpus(text: string): Gpu[] {
  return text.split('\n').flatMap((row) => {
    const [name, driver, total, free] = row.split(',').map((cell) => cell.trim());
    const [totalMib, freeMib] = [Number(total), Number(free)];
    if (!name || !driver || !(totalMib > 0) || !(freeMib >= 0)) return [];
    return [{ name, driver, totalBytes: totalMib * MIB, freeBytes: freeMib * MIB }];
  });
}

export interface GpuNeed {
  /** `--model.gpu`. */
  readonly wanted: string;
  readonly model: string;
  /** GB of VRAM in the hardware table; null where the model runs without a GPU. */
  readonly vramGb: number | null;
  /** The largest model whose VRAM this machine has; null when there is none. */
  readonly fitting: (vramBytes: number) => string | null;
}

/** A card sold with 8 GB shows a little less. */
const TOLERANCE = 0.92;

/** GPU, driver and VRAM against the chosen model. */
export function checkGpu(gpus: readonly Gpu[], need: GpuNeed, gpuBuild: boolean, platform: NodeJS.Platform): Finding[] {
  const gpu = line('gpu', 'GPU');
  const vram = line('vram', 'VRAM');
  if (need.wanted === 'off') return [gpu.ok('not used (--model.gpu off)')];
  const named = need.wanted !== 'auto';
  if (gpus.length === 0) {
    if (platform === 'darwin') return [gpu.ok('Metal, with the memory of the machine')];
    if (need.wanted === 'vulkan')
      return [
        gpu.warn('Vulkan devices are not looked for here', 'Start the daemon: its line "model ready" names the device'),
      ];
    const without = 'no NVIDIA driver answers';
    if (named)
      return [
        gpu.fail(
          `${without}, and --model.gpu ${need.wanted} insists on one`,
          '--model.gpu auto, or install the driver and see that nvidia-smi works',
        ),
      ];
    if (need.vramGb === null) return [gpu.ok(`none needed for ${need.model}`)];
    const text = `${without}; ${need.model} then takes about a minute an answer`;
    return [
      gpu.warn(text, 'Use a machine with a GPU, or a model elsewhere: --model.backend openai --model.base_url URL'),
    ];
  }
  const lines: Finding[] = [];
  const listed = gpus.map(({ name, driver }) => `${name} (driver ${driver})`).join(', ');
  lines.push(
    gpuBuild
      ? gpu.ok(listed)
      : gpu.fail(
          `${listed}, and the builds of the model runtime for GPUs are not installed`,
          'node scripts/bootstrap.mjs build --gpu',
        ),
  );
  if (need.vramGb === null) return lines;
  const total = gpus.reduce((sum, one) => sum + one.totalBytes, 0);
  const free = gpus.reduce((sum, one) => sum + one.freeBytes, 0);
  const have = `${(total / 1e9).toFixed(1)} GB, ${(free / 1e9).toFixed(1)} GB free`;
  if (total >= need.vramGb * 1e9 * TOLERANCE)
    return [...lines, vram.ok(`${have}; ${need.model} takes ${need.vramGb} GB`)];
  const other = need.fitting(total);
  const fix =
    other === null ? 'No model of `pnpm bt models list` fits: --model.backend openai' : `--model.name ${other}`;
  return [
    ...lines,
    vram.warn(`${have}; ${need.model} takes ${need.vramGb} GB, so part of it would run on the CPU`, fix),
  ];
}

/** Whether the package with the CUDA and Vulkan builds is installed. */
export function hasGpuBuild(): boolean {
  return existsSync(join(repositoryRoot, 'packages/llm-gpu/node_modules/@node-llama-cpp'));
}
