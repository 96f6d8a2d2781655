import { findChromium } from '@bettertherapy/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DESKTOP, fitsTheScreen, openBrowser, openPage, PHONE, seriousViolations } from '../browser.js';
import { GOOD_MINER } from '../fixture/operators.js';
import { FixtureGateway } from '../fixture/server.js';
import { adapterOf } from '../fixture/studioAdapters.js';

const chromium = findChromium();

/** Every page: its address, what shows that it is there, and what is done on it first. */
const PAGES: readonly (readonly [address: string, shows: string | RegExp, first?: (page: Page) => Promise<void>])[] = [
  ['/', 'Dr. Ada Example'],
  ['/nowhere', 'There is no such page'],
  ['/twins/dr-indra-gurung', 'Begin with'],
  ['/sessions/:danger', 'I want to die'],
  ['/sessions/:sleep', 'keep the same time'],
  ['/history', 'Your data', (page) => page.getByRole('button', { name: 'Delete everything' }).click()],
  ['/history', 'Someone to talk to', (page) => page.getByRole('button', { name: 'Help now' }).click()],
  ['/operator', 'Running since'],
  ['/operator/rounds', 'judge out'],
  ['/operator/rounds/r6', 'I wake at four', (page) => page.getByText('Rubric (1)').click()],
  ['/operator/leaderboard', 'It answered 9 of 24 questions.'],
  [`/operator/miners/${GOOD_MINER}`, 'Nothing holds it back.'],
  ['/operator/weights', 'not as meant'],
  ['/operator/judge', 'The control “null” came out too high.'],
  ['/operator/refusals', 'rate_limit_exceeded'],
  ['/operator/charts', 'Time to answer'],
  ['/studio', 'Build a new twin'],
  ...(['Identity', 'Scope', 'Voice', 'Prompt', 'Starters', 'Knowledge', 'Dialogues', 'Rules'] as const).map(
    (step) =>
      [
        '/studio/twins/dr-indra-gurung/build',
        'Save draft',
        async (page: Page) => {
          await page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name: step }).click();
          for (const add of await page.getByRole('button', { name: /^Add / }).all()) await add.click();
        },
      ] as const,
  ),
  ['/studio/twins/dr-indra-gurung/preview', 'Your question'],
  [
    '/studio/twins/dr-indra-gurung/check',
    'Run the safety check',
    (page) => page.getByRole('button', { name: 'Run' }).click(),
  ],
  ['/studio/twins/dr-indra-gurung/versions', 'Submit the draft'],
  ['/studio/twins/dr-indra-gurung/import', 'Look for identifiers'],
  [
    '/studio/twins/dr-indra-gurung/adapter',
    'Gurung evenings',
    (page) => page.getByRole('button', { name: 'Detach it' }).click(),
  ],
  ['/studio/twins/dr-indra-gurung/inbox', 'Can I stop my tablets?'],
  ['/studio/twins/dr-indra-gurung/consents', 'Write a consent record'],
];
const LOOKS = [
  { name: 'a light desktop', viewport: DESKTOP, colorScheme: 'light' },
  { name: 'a dark desktop', viewport: DESKTOP, colorScheme: 'dark' },
  { name: 'a dark phone', viewport: PHONE, colorScheme: 'dark' },
  { name: 'a light phone', viewport: PHONE, colorScheme: 'light' },
] as const;

describe.skipIf(chromium.path === null && !process.env.CI)(`every page ${chromium.missing ?? ''}`, () => {
  let gateway: FixtureGateway;
  let browser: Browser;

  beforeAll(async () => {
    if (chromium.path === null) throw new Error(chromium.missing);
    browser = await openBrowser(chromium.path);
    gateway = await new FixtureGateway().start();
    gateway.studios.adapters.next = adapterOf(Buffer.from('GGUF'), 'Llama 3.1 8B Instruct');
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
  });

  it('has no serious barrier and fits the screen, on desktop and phone, light and dark', async () => {
    const { context, page, complaints } = await openPage(browser, gateway.url);
    await page.goto('/');
    await page.evaluate(`localStorage.setItem('bettertherapy.patient', 'btp_fixture')`);
    await page.evaluate(`sessionStorage.setItem('bettertherapy.operator', 'bt_operator')`);
    await page.evaluate(`sessionStorage.setItem('bettertherapy.studio', 'bts_fixture')`);
    for (const question of ['I want to die', 'I sleep badly']) {
      await page.goto('/twins/dr-indra-gurung');
      await page.getByRole('textbox').fill(question);
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Ask again' }).waitFor();
    }
    const [danger, sleep] = [...gateway.patients.sessions.keys()];
    const found = new Set<string>();
    for (const [address, shows, first] of PAGES) {
      const at = address.replace(':danger', String(danger)).replace(':sleep', String(sleep));
      await page.setViewportSize(DESKTOP);
      await page.goto(at);
      await first?.(page);
      await page.getByText(shows).first().waitFor();
      for (const { name, viewport, colorScheme } of LOOKS) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        for (const violation of await seriousViolations(page)) found.add(`${at} on ${name}: ${violation}`);
        if (!(await fitsTheScreen(page))) found.add(`${at} on ${name}: wider than the screen`);
      }
    }
    expect([...found]).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('can be reached without a key only as far as the questions for one', async () => {
    const { context, page } = await openPage(browser, gateway.url);
    for (const [address, field] of [
      ['/operator/judge', 'Operator key'],
      ['/studio/twins/dr-indra-gurung', 'Invitation'],
    ] as const) {
      await page.goto(address);
      await page.getByLabel(field).fill('bt_wrong');
      await page.getByRole('button', { name: 'Enter' }).click();
      await page.getByText('is not known').waitFor();
      expect(await seriousViolations(page)).toEqual([]);
    }
    await context.close();
  });
});
