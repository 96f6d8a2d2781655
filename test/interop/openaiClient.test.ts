import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually, repositoryRoot, temporaryFolder } from '@bettertherapy/testkit';
import { afterAll, expect, it } from 'vitest';
import { runGateway } from '../../apps/validator/test/unit/gateway/fixture.js';
import { askBy, PROSE, says } from '../../apps/validator/test/unit/gateway/miners.js';
import { openEnvironment, pythonVariables } from './environment.js';
import { interopPart } from './part.js';
import { PythonProgram } from './pythonProgram.js';

const environment = await openEnvironment('openai');
const home = temporaryFolder('interop-openai');
const TWIN = 'dr-indra-gurung';

interface Said {
  readonly content: string;
  readonly finish_reason: string;
  readonly total_tokens: number;
}

/** The example of docs/gateway.md. */
const example = /^```python\n([\s\S]*?)^```$/m.exec(readFileSync(join(repositoryRoot, 'docs/gateway.md'), 'utf8'))?.[1];

interopPart('the official OpenAI client for Python', environment, () => {
  const program = new PythonProgram(environment, { script: 'openai_client.py', home: home.path });
  afterAll(async () => {
    await program.close();
    home.remove();
  });

  it('runs the example of the documentation', async () => {
    if (!environment.ok) throw new Error(environment.reason);
    const gateway = await runGateway([], { askMany: askBy(() => says(PROSE)) });
    const env = { ...pythonVariables(home.path), BT_URL: gateway.url, BT_KEY: gateway.key('chat') };
    const { stdout } = await promisify(execFile)(environment.python, ['-c', example ?? ''], { env });
    expect(stdout).toContain(PROSE);
  });

  it('lists, chats, streams, stops and understands refusals', async () => {
    const gateway = await runGateway(['--gateway.words_per_second', '40', '--gateway.rate', '40'], {
      askMany: askBy(() => says(PROSE)),
    });
    const [url, key] = [gateway.url, gateway.key('chat')];
    expect(await program.call('models', { url, key })).toMatchObject({ ids: expect.arrayContaining([TWIN]) });
    const at = { url, key, model: TWIN };
    for (const operation of ['chat', 'stream']) {
      const said = await program.call<Said>(operation, at);
      expect(said.content).toContain(PROSE);
      expect(said).toMatchObject({ finish_reason: 'stop', total_tokens: expect.any(Number) });
    }
    expect(await program.call<{ first: string }>('stop', at)).toMatchObject({ first: expect.stringContaining('It') });
    const open = () => gateway.parts.store.patientAnswers.latest(5).filter(({ state }) => state === 'open').length;
    await eventually('the stopped question being ended', () => open() === 0, { deadlineMs: 1_000 });
    const refused = (more: object) => program.call('refused', { ...at, ...more });
    expect(await refused({ model: 'gpt-4o' })).toMatchObject({ error: 'NotFoundError', code: 'model_not_found' });
    expect(await refused({ key: 'sk-nothing' })).toMatchObject({ error: 'AuthenticationError', status: 401 });
    // A quarter of a minute's requests may come at once; some are used up.
    const many = await Promise.all(Array.from({ length: 12 }, () => refused({})));
    expect(many).toContainEqual({
      error: 'RateLimitError',
      status: 429,
      code: expect.any(String),
      retry_after: expect.stringMatching(/^\d+$/),
    });
  });
});
