import type { ModelInfo } from '@bettertherapy/llm';
import { describe, expect, it } from 'vitest';
import { type JudgeManifest, judgeManifest, manifestDifferences, readManifest } from '../../src/manifest.js';
import { LARGE_JUDGE, SMALL_JUDGE } from '../../src/profile.js';

const info: ModelInfo = {
  backend: 'llama',
  name: 'judge-8b',
  names: ['judge-8b'],
  sha256: 'a'.repeat(64),
  quantisation: 'Q4_K_M',
  contextTokens: 4096,
  runtime: 'node-llama-cpp 3 cpu',
  capabilities: { nextToken: true, logLikelihood: true, embeddings: false, adapters: null },
};
const manifest = judgeManifest(info, LARGE_JUDGE, 'b'.repeat(64));

describe('the manifest of a judge', () => {
  it('is the same after it was written down and read', () => {
    expect(readManifest(JSON.parse(JSON.stringify(manifest)))).toEqual(manifest);
    expect(readManifest({ ...manifest, profile: {} })).toBeNull();
    expect(readManifest(undefined)).toBeNull();
  });

  it.each<[name: string, change: Partial<JudgeManifest>, fields: readonly string[], matters: boolean]>([
    ['is another judge with another model file', { modelSha256: 'c'.repeat(64) }, ['modelSha256'], true],
    ['is no other judge when only the name of the file differs', { modelName: 'judge-8b.gguf' }, [], false],
    [
      'is known by its name where a server has the weights',
      { modelSha256: null, modelName: 'other' },
      ['modelName'],
      true,
    ],
    ['is another judge with other prompts', { promptSha256: 'd' }, ['promptSha256'], true],
    ['is another judge with other gates', { gatesVersion: '0.0.1' }, ['gatesVersion'], true],
    ['is another judge with another profile', { profile: SMALL_JUDGE }, ['profile'], true],
    [
      'is another judge with another calibration',
      {
        calibration: [
          [0, 0],
          [1, 0.9],
        ],
      },
      ['calibration'],
      true,
    ],
    ['is another judge with other arithmetic', { scoringVersion: '99.0.0' }, ['scoringVersion'], true],
    ['judges alike with a minor version of the arithmetic', { scoringVersion: '1.999.0' }, [], false],
    ['may differ in the last bits on another processor', { runtime: 'node-llama-cpp 3 cuda' }, ['runtime'], false],
    ['judges alike with another bank', { bankSha256: 'e' }, ['bankSha256'], false],
  ])('%s', (_name, change, fields, matters) => {
    const found = manifestDifferences(manifest, { ...manifest, ...change });
    expect(found.map(({ field }) => field)).toEqual(fields);
    expect(found.some((one) => one.matters)).toBe(matters);
  });
});
