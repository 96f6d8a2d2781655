import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { onEnd, repositoryRoot } from '../unit/fixture.js';
import { runGateway } from '../unit/gateway/fixture.js';
import { askBy, PROSE, says } from '../unit/gateway/miners.js';

const run = promisify(execFile);
const page = readFileSync(join(repositoryRoot, 'docs/gateway.md'), 'utf8');

/** The examples of the page in one language, in order. */
const examples = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code]) => code ?? '');

async function variables(): Promise<NodeJS.ProcessEnv> {
  const gateway = await runGateway(['--gateway.words_per_second', '0'], { askMany: askBy(() => says(PROSE)) });
  return { PATH: process.env.PATH, BT_URL: gateway.url, BT_KEY: gateway.key('chat') };
}

describe('the examples of docs/gateway.md', () => {
  it.each(examples('bash').map((code, at) => [at + 1, code] as const))(
    'run in a shell, number %i',
    async (_at, code) => {
      const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', code], { env: await variables() });
      expect(stdout).not.toContain('"error"');
      expect(stdout).toContain(code.includes('/v1/models') ? 'dr-indra-gurung' : 'It sounds as if');
      if (code.includes('/v1/sessions/')) expect(stdout).toContain('"messages":[{');
    },
  );

  it.each(examples('js').map((code) => [code]))('run in Node', async (code) => {
    const folder = temporaryFolder('examples');
    onEnd(() => folder.remove());
    const file = join(folder.path, 'example.mjs');
    writeFileSync(file, code);
    const { stdout } = await run(process.execPath, [file], { env: await variables() });
    expect(stdout).toContain(PROSE);
  });

  it('are there at all', () => {
    expect([examples('bash').length, examples('js').length, examples('python').length]).toEqual([4, 1, 1]);
  });
});
