import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, findChromium, NodeChild, temporaryFolder } from '@bettertherapy/testkit';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { chromium as playwright } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MINUTE = 60_000;
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const chromium = findChromium();

/** Planted in the import; none of them may be kept. */
const PLANTED = [
  ['My name is Maria Lopez and I sleep badly.', 'Maria Lopez'],
  ['Write to maria.lopez@example.org please, I worry.', 'maria.lopez@example.org'],
  ['Call me at +1 415 555 0134 about my panic.', '+1 415 555 0134'],
  ['I was born on 12/04/1987 and feel low.', '12/04/1987'],
  ['My MRN: 00482913 is on the letter about my mood.', '00482913'],
  ['My SSN is 078-05-1120, does stress matter?', '078-05-1120'],
  ['See https://example.com/maria.lopez about my anxiety.', 'https://example.com/maria.lopez'],
  ['I am John Carter and my heart races.', 'John Carter'],
  ['My email is j.carter@example.net, how do I rest?', 'j.carter@example.net'],
  ['Reach me on 020 7946 0958 about my sleep.', '020 7946 0958'],
] as const;

interface MinerLine {
  readonly hotkey: string;
  readonly rounds: number;
  readonly components: { readonly rating: { readonly n: number; readonly share: number | null } | null };
}

describe.skipIf(chromium.path === null && !process.env.CI)(`the pages on npm start ${chromium.missing ?? ''}`, () => {
  const folder = temporaryFolder('pages');
  let network: NodeChild;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let url: string;
  let operatorLink: string;
  let studioLink: string;

  const button = (name: string | RegExp) => page.getByRole('button', { name });
  const saidBy = async (word: string): Promise<string> => {
    const line = await network.waitForLine(new RegExp(`\\b${word} http`), 5 * MINUTE);
    return line.slice(line.indexOf(`${word} http`) + word.length + 1).trim();
  };
  async function operatorData<T>(path: string): Promise<T> {
    const key = new URLSearchParams(new URL(operatorLink).hash.slice(1)).get('key') ?? '';
    const response = await fetch(`${url}/v1/operator${path}`, { headers: { authorization: `Bearer ${key}` } });
    expect(response.status).toBe(200);
    // The operator's API is described by its own tests; the fields read here are asserted on.
    return (await response.json()) as T;
  }
  const board = async (): Promise<readonly MinerLine[]> =>
    (await operatorData<{ data: MinerLine[] }>('/leaderboard')).data;

  beforeAll(async () => {
    if (chromium.path === null) throw new Error(chromium.missing);
    network = new NodeChild({
      args: [
        'scripts/bootstrap.mjs',
        'start',
        '--dir',
        join(folder.path, 'network'),
        '--questions',
        '1',
        '--round_interval',
        '15',
      ],
      // A doctor here types faster than any hand.
      env: { BT_VALIDATOR_GATEWAY_RATE: '6000' },
    });
    browser = await playwright.launch({ executablePath: chromium.path, args: FLAGS });
    url = await saidBy('open');
    operatorLink = await saidBy('operator');
    studioLink = await saidBy('studio');
    context = await browser.newContext({ baseURL: url, locale: 'en-US', reducedMotion: 'reduce' });
    context.setDefaultTimeout(MINUTE);
    page = await context.newPage();
  }, 6 * MINUTE);

  afterAll(async () => {
    for (const pid of minerPids(network.pid)) process.kill(pid, 'SIGCONT');
    await browser?.close();
    await network.stop();
    folder.remove();
  });

  /** Asks, and asks again when every miner was slower than the deadline, until a miner's answer is there to be rated. */
  async function askAndRead(question: string, nth: number): Promise<Locator> {
    await page.getByRole('textbox', { name: /Your question/ }).fill(question);
    await page.keyboard.press('Enter');
    const answer = page.getByRole('article').nth(nth);
    const lengths = new Set<number>();
    await eventually(
      'an answer of a miner',
      async () => {
        const words = (await answer.locator('.prose').allTextContents()).join('');
        if ((await answer.getAttribute('aria-busy')) === 'true') {
          if (words.length > 0) lengths.add(words.length);
          return false;
        }
        if ((await answer.getByRole('radio').count()) > 0) return true;
        // Every miner was slower than the deadline: the patient was told so and asks again.
        lengths.clear();
        await answer.getByRole('button', { name: 'Ask again' }).click();
        return false;
      },
      { deadlineMs: 3 * MINUTE, everyMs: 10 },
    );
    expect(lengths.size).toBeGreaterThan(1);
    return answer;
  }

  it('a patient asks Dr. Indra twice, sees the answers stream, and rates the second', async () => {
    await page.goto('/');
    await page.getByRole('link', { name: 'Dr. Indra Gurung' }).click();
    await button('I understand, let me ask').click();
    const first = await askAndRead('I worry at night since my new job. What can I do?', 0);
    const firstReadMs = performance.now();
    await rate(first);
    await first.getByText('It does not count yet').waitFor();
    await first.getByRole('button', { name: 'Withdraw rating' }).click();
    await first.getByText('Your rating is withdrawn').waitFor();
    const second = await askAndRead('And when I wake at four and worry again?', 1);
    // A rating counts after two questions and twenty seconds; the first was asked well before it was read.
    await eventually('twenty seconds of talk', async () => performance.now() - firstReadMs >= 20_000, {
      deadlineMs: MINUTE,
      everyMs: 250,
    });
    await rate(second);
    await second.getByText('Your rating is kept and counts').waitFor();
  });

  async function rate(answer: Locator): Promise<void> {
    await answer.getByRole('radio', { name: /^5 of 5/ }).check();
    await answer.getByRole('radio', { name: 'Kind' }).check();
    await answer.getByRole('button', { name: 'Send rating' }).click();
  }

  it('the rating stands on the page of the miner that answered, and counts from the next round on', async () => {
    const rated = await eventually('a miner with a rating', async () =>
      (await board()).find((row) => row.components.rating?.n),
    );
    await page.goto(operatorLink);
    await page.goto(`/operator/miners/${rated.hotkey}`);
    const row = page.getByRole('region', { name: 'Newest ratings' }).getByRole('row').filter({ hasText: 'kind' });
    await row.waitFor();
    expect(await row.textContent()).toContain('5');
    await eventually(
      'a later round with the rating in the score',
      async () => {
        const now = (await board()).find(({ hotkey }) => hotkey === rated.hotkey);
        return now !== undefined && now.rounds > rated.rounds && (now.components.rating?.share ?? 0) > 0;
      },
      { deadlineMs: 5 * MINUTE, everyMs: 1_000 },
    );
    // The patient's question counts beside the rating and is told in the same words.
    await page
      .locator('dt:text-is("Patients’ ratings") + dd')
      .getByText(/\(1, counts \d/)
      .waitFor();
  });

  it('a doctor builds, publishes and rolls back a twin, and patients see each step', async () => {
    await page.goto(studioLink);
    await page.getByRole('heading', { name: 'Your twins' }).waitFor();
    await page.getByLabel('Name').fill('Dr. Ada Example');
    await button('Begin').click();
    const begin = button('Begin a draft');
    const save = button('Save draft');
    await begin.or(save).waitFor();
    if (await begin.isVisible()) await begin.click();
    await fillDraft();
    await page.getByRole('link', { name: 'Versions' }).click();
    await publish(1);
    await page.getByRole('link', { name: 'Build' }).click();
    if (
      await begin
        .or(save)
        .waitFor()
        .then(() => begin.isVisible())
    )
      await begin.click();
    await page.getByLabel('In two sentences').fill('The second version of an example.');
    await save.click();
    await page.getByText('Saved, nothing is missing').waitFor();
    await page.getByRole('link', { name: 'Versions' }).click();
    await publish(2);
    await cardSays('The second version of an example.');
    await button('Roll back to 1').click();
    await page.getByText('Patients talk to version 1.').waitFor();
    await cardSays('Answers questions about sleep, as an example.');
  });

  it('ten imported dialogues lose the identifiers that were planted in them', async () => {
    await page.goto('/studio/twins/dr-ada-example/consents');
    await page.getByLabel('Statement').fill('I may use these dialogues; nobody can be recognised.');
    await button('Record it').click();
    await page.getByRole('cell', { name: 'I may use these dialogues' }).waitFor();
    await page.goto('/studio/twins/dr-ada-example/import');
    const csv = PLANTED.map(
      ([question]) => `"${question}","Keep a steady hour for getting up and write worries down."`,
    );
    await page.getByLabel('Or paste it').fill(['question,answer', ...csv].join('\n'));
    await button('Look for identifiers').click();
    await page.getByRole('heading', { name: 'Dialogue 10' }).waitFor();
    const struck = (await page.locator('del').allTextContents()).join('\n');
    for (const [, planted] of PLANTED) expect(struck).toContain(planted);
    await button('Save 10 masked dialogues').click();
    await page.getByText('10 dialogues were saved').waitFor();
    const kept = page.getByRole('region', { name: 'Saved dialogues' });
    await kept.getByRole('listitem').nth(9).waitFor();
    const words = await kept.textContent();
    for (const [, planted] of PLANTED) expect(words).not.toContain(planted);
  });

  it('a message about danger brings help while every miner is stopped', async () => {
    const miners = minerPids(network.pid);
    expect(miners).toHaveLength(5);
    for (const pid of miners) process.kill(pid, 'SIGSTOP');
    await page.goto('/twins/dr-indra-gurung');
    await page.getByRole('textbox', { name: /Your question/ }).fill('I want to kill myself tonight.');
    await page.keyboard.press('Enter');
    const help = page.getByRole('alert').filter({ hasText: 'Please talk to a person now' });
    await help.getByText('988').first().waitFor({ timeout: 10_000 });
    await button('Ask again').waitFor();
    expect((await page.getByRole('article').textContent())?.length).toBeGreaterThan(40);
    expect(await help.isVisible()).toBe(true);
    expect(await page.getByRole('radio').count()).toBe(0);
  });

  async function fillDraft(): Promise<void> {
    const step = (name: string) =>
      page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name }).click();
    await page.getByLabel('Title').fill('MD, sleep medicine');
    await page.getByLabel('Specialty').fill('Sleep medicine');
    await page.getByLabel('In two sentences').fill('Answers questions about sleep, as an example.');
    await page.getByLabel('Body that licensed you').fill('Example council');
    await page.getByLabel('Where it is valid').fill('Nowhere');
    await page.getByLabel('A demonstration').check();
    const picture =
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#08f"/></svg>';
    await page
      .getByLabel(/^Picture/)
      .setInputFiles({ name: 'a.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(picture) });
    await step('Scope');
    await addTo('subject', 'Sleep');
    await addTo('limit', 'Doses of medicines');
    await step('Voice');
    await addTo('tone', 'plain');
    await step('Prompt');
    await page
      .getByLabel('What the model is told')
      .fill(
        'You are the AI twin of Dr. Ada Example, software and not a person. You speak plainly about sleep and never name doses.',
      );
    await step('Starters');
    await addTo('starter', 'Why do I wake at four?');
    await step('Knowledge');
    await button('Add note').click();
    const note = page.getByRole('group', { name: 'Note 1' });
    await note.getByLabel('Title').fill('Getting up');
    await note.getByLabel('Note', { exact: true }).fill('A steady hour for getting up sets the body clock.');
    await note.getByLabel('Source').fill('An example of a leaflet');
    await note.getByLabel('Published by').fill('Example press');
    await note.getByLabel('Year').fill('2024');
    await step('Rules');
    await addRule('When it refuses', 'Somebody asks for a dose', 'Please ask the doctor who knows you.');
    await addRule('When it sends on to a person', 'Sleep is bad for three weeks', 'Please see a doctor near you.');
    await button('Save draft').click();
    await page.getByText('Saved, ').waitFor();
    expect(await page.getByRole('status').filter({ hasText: 'Saved' }).textContent()).toContain('nothing is missing');
  }

  async function addTo(one: string, text: string): Promise<void> {
    await button(`Add ${one}`).click();
    await page.getByRole('textbox', { name: new RegExp(`^${one} 1`, 'i') }).fill(text);
  }

  async function addRule(list: string, when: string, say: string): Promise<void> {
    const rules = page.getByRole('region', { name: list });
    await rules.getByRole('button', { name: 'Add rule' }).click();
    await rules.getByLabel('When', { exact: true }).fill(when);
    await rules.getByLabel('It says').fill(say);
  }

  async function publish(version: number): Promise<void> {
    await button('Submit the draft').click();
    await page.getByText(`Version ${version} was submitted`).waitFor();
    await button('Publish').click();
    await page.getByText(`Patients talk to version ${version}.`).waitFor();
  }

  /** In a tab of its own, as a patient who knows nothing of the studio. */
  async function cardSays(summary: string): Promise<void> {
    const tab = await context.newPage();
    await tab.goto('/');
    await tab.getByRole('listitem').filter({ hasText: 'Dr. Ada Example' }).getByText(summary).waitFor();
    await tab.close();
  }
});

/** The miners' processes below the one that was started. */
function minerPids(root: number): number[] {
  const parents = new Map<number, number>();
  const miners: number[] = [];
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
      if (readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('apps/miner/dist/main.js')) miners.push(Number(name));
    } catch {
      // It ended between the listing and the look.
    }
  }
  const below = (pid: number): boolean => pid === root || (pid > 1 && below(parents.get(pid) ?? 0));
  return miners.filter(below);
}
