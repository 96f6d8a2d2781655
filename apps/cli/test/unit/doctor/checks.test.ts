import { describe, expect, it } from 'vitest';
import { skewFinding } from '../../../src/doctor/checks/chain.js';
import { checkGpu, type Gpu, type GpuNeed, parseGpus } from '../../../src/doctor/checks/gpu.js';
import { checkMemory, checkNode, diskFinding } from '../../../src/doctor/checks/machine.js';
import { type FindingState, line } from '../../../src/doctor/finding.js';
import { splitFlags } from '../../../src/doctor/ownFlags.js';
import { isWell, reportText } from '../../../src/doctor/report.js';

const CARD: Gpu = { name: 'NVIDIA RTX 4090', driver: '550.54', totalBytes: 24 * 2 ** 30, freeBytes: 20 * 2 ** 30 };
const SMALL_CARD: Gpu = { ...CARD, name: 'NVIDIA T400', totalBytes: 4 * 2 ** 30, freeBytes: 4 * 2 ** 30 };
const NEED: GpuNeed = {
  wanted: 'auto',
  model: 'the-model',
  vramGb: 8,
  fitting: (vram) => (vram > 3e9 ? 'a-smaller-one' : null),
};

describe('GPU and VRAM', () => {
  it.each<[string, readonly Gpu[], Partial<GpuNeed>, boolean, readonly FindingState[], RegExp]>([
    ['a card that is large enough', [CARD], {}, true, ['ok', 'ok'], /driver 550\.54.*25\.8 GB.*takes 8 GB/],
    [
      'a card without the builds that use it',
      [CARD],
      {},
      false,
      ['fail', 'ok'],
      /node scripts\/bootstrap\.mjs build --gpu/,
    ],
    ['a card that is too small', [SMALL_CARD], {}, true, ['ok', 'warn'], /--model\.name a-smaller-one/],
    [
      'two cards that are large enough together',
      [SMALL_CARD, SMALL_CARD, SMALL_CARD],
      {},
      true,
      ['ok', 'ok'],
      /takes 8 GB/,
    ],
    ['no card, and a model that wants one', [], {}, false, ['warn'], /--model\.backend openai/],
    ['no card, and a model that wants none', [], { vramGb: null }, false, ['ok'], /none needed/],
    ['no card, and a flag that insists', [], { wanted: 'cuda' }, false, ['fail'], /--model\.gpu auto/],
    ['a card that is not to be used', [], { wanted: 'off' }, false, ['ok'], /not used/],
  ])('%s', (_what, gpus, need, build, states, words) => {
    const found = checkGpu(gpus, { ...NEED, ...need }, build, 'linux');
    expect(found.map(({ state }) => state)).toEqual(states);
    expect(found.map(({ text, fix }) => `${text} ${fix ?? ''}`).join(' ')).toMatch(words);
  });

  it("are read from the driver's own list", () => {
    const text = 'NVIDIA RTX 4090, 550.54.14, 24564, 24100\nNVIDIA T400, 550.54.14, 4096, 4000\n\n[N/A], , x, y\n';
    expect(parseGpus(text)).toMatchObject([
      { name: 'NVIDIA RTX 4090', driver: '550.54.14', totalBytes: 24_564 * 2 ** 20 },
      { name: 'NVIDIA T400', freeBytes: 4_000 * 2 ** 20 },
    ]);
    expect(parseGpus('Failed to initialize NVML: Driver/library version mismatch\n')).toEqual([]);
  });
});

describe('memory, disk, Node and clock', () => {
  const model = { name: 'm', tableGb: 16, neededBytes: 6e9 };
  it.each<[string, ReturnType<typeof checkMemory>, FindingState, RegExp]>([
    ['enough memory', checkMemory({ total: 16.5e9, available: 12e9 }, model, 's'), 'ok', /16\.5 GB/],
    [
      'a 16 GB machine that shows a little less',
      checkMemory({ total: 15.2e9, available: 12e9 }, model, 's'),
      'ok',
      /./,
    ],
    [
      'less memory than the table asks for',
      checkMemory({ total: 8e9, available: 7e9 }, model, 's'),
      'warn',
      /asks for 16 GB/,
    ],
    ['a model that does not fit', checkMemory({ total: 8e9, available: 4e9 }, model, 's'), 'fail', /--model\.name s/],
    [
      'a model that does not fit, and none that would',
      checkMemory({ total: 8e9, available: 4e9 }, model, null),
      'fail',
      /backend openai/,
    ],
    ['memory without a model of its own', checkMemory({ total: 1e9, available: 1e9 }, null, null), 'ok', /1\.0 GB/],
    ['an old Node', checkNode('18.20.4'), 'fail', /Install Node 20\.19/],
    ['a Node one minor version too old', checkNode('20.18.3'), 'fail', /20\.18\.3 is older/],
    ['the oldest Node that will do', checkNode('20.19.0'), 'ok', /20\.19\.0/],
    ['a newer Node', checkNode('22.1.0'), 'ok', /22\.1\.0/],
    ['a clock that agrees', skewFinding(400), 'ok', /0\.4 s old/],
    ['a clock that is behind', skewFinding(-30_000), 'fail', /30 s behind.*timedatectl/],
    ['a clock that is ahead', skewFinding(3_600_000), 'fail', /3600 s ahead of.*timedatectl/],
    [
      'a full disk',
      diskFinding(line('disk', 'Disk'), 2e8, { dir: 'd', flag: 'data.dir', needed: 0 }),
      'fail',
      /--data\.dir/,
    ],
    [
      'a disk that the model would fill',
      diskFinding(line('disk', 'Disk'), 5e9, { dir: 'd', flag: 'model.cache_dir', needed: 4.9e9 }),
      'fail',
      /--model\.cache_dir/,
    ],
    [
      'a disk that gets narrow',
      diskFinding(line('disk', 'Disk'), 5e9, { dir: 'd', flag: 'data.dir', needed: 0 }),
      'warn',
      /5\.0 GB/,
    ],
    [
      'a disk with room',
      diskFinding(line('disk', 'Disk'), 5e10, { dir: 'd', flag: 'data.dir', needed: 4.9e9 }),
      'ok',
      /4\.9 GB of it/,
    ],
  ])('%s', (_what, found, state, words) => {
    expect(found.state).toBe(state);
    expect(`${found.text} ${found.fix ?? ''}`).toMatch(words);
  });
});

describe('the flags', () => {
  it.each<[string, string, string]>([
    ['--as validator --netuid 2 --json', '--as validator --json', '--netuid 2'],
    ['--netuid=2 --as=miner --wandb.off', '--as=miner --wandb.off', '--netuid=2'],
    ['--discord.webhook http://x --axon.port 0', '--discord.webhook http://x', '--axon.port 0'],
    ['--wandb.api-key k --wandb.project p', '--wandb.api-key k', '--wandb.project p'],
    ['--wandb.offline --wandb.notes n', '--wandb.offline', '--wandb.notes n'],
    ['--help', '--help', ''],
  ])('%s: %s | %s', (all, own, daemon) => {
    const split = splitFlags(all.split(' '));
    expect([split.own.join(' '), split.daemon.join(' ')]).toEqual([own, daemon]);
  });
});

describe('the report', () => {
  const findings = [
    line('a', 'First').ok('fine'),
    line('b', 'Second line').warn('odd', 'look'),
    line('c', 'C').fail('bad', 'do this'),
  ];

  it('has a line for each finding, what mends it below, and the verdict', () => {
    expect(reportText('miner', findings).split('\n')).toEqual([
      'OK    First        fine',
      'WARN  Second line  odd',
      '                   → look',
      'FIX   C            bad',
      '                   → do this',
      '',
      'The miner cannot run yet: 1 to fix; 1 worth a look.',
    ]);
  });

  it('lets warnings pass', () => {
    expect(isWell(findings)).toBe(false);
    expect(isWell(findings.slice(0, 2))).toBe(true);
    expect(reportText('miner', findings.slice(0, 1))).toContain('The miner can run.');
  });
});
