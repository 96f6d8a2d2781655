#!/usr/bin/env node
// Takes the pictures of docs/pictures/web from a running gateway: every page, desktop and phone, light and dark.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { ensureChromium } from '../packages/testkit/dist/chromium.js';
import { loraBytes } from '../packages/testkit/dist/ggufWriter.js';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const HELP = `Usage: node scripts/screenshots.mjs --url URL --operator LINK [--studio LINK] [--out FOLDER] [--only NAME,NAME]

URL and the links are the last lines that npm start prints. Without --studio the pictures of the studio stay as they are.
PNGs are made small by pngquant when it is on PATH.`;
const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    operator: { type: 'string' },
    studio: { type: 'string' },
    out: { type: 'string', default: join(ROOT, 'docs/pictures/web') },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help || !values.url || !values.operator) {
  process.stdout.write(`${HELP}\n`);
  process.exit(values.help ? 0 : 2);
}

/** @type {readonly { suffix: string, viewport: { width: number, height: number }, colorScheme: 'light' | 'dark' }[]} */
const LOOKS = [
  { suffix: 'desktop-light', viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
  { suffix: 'desktop-dark', viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
  { suffix: 'phone-light', viewport: { width: 390, height: 780 }, colorScheme: 'light' },
  { suffix: 'phone-dark', viewport: { width: 390, height: 780 }, colorScheme: 'dark' },
];
/** Pixels of the longest picture; a longer page is cut at its end. */
const LONGEST = 1_700;

async function answered(page) {
  await page.getByRole('button', { name: 'Ask again' }).waitFor({ timeout: 120_000 });
}

async function ask(page, question) {
  await page.getByRole('textbox', { name: /Your question/ }).fill(question);
  await page.keyboard.press('Enter');
  await answered(page);
}

/** Name of the picture, address, and what is done before it is taken. */
function patientPages(chats) {
  return [
    ['twins', '/'],
    ['twin', '/twins/dr-indra-gurung'],
    ['chat', chats.sleep, (page) => page.locator('.sources summary').first().click({ timeout: 2_000 })],
    ['crisis', chats.danger],
    ['history', '/history'],
    ['delete', '/history', (page) => page.getByRole('button', { name: 'Delete everything' }).click()],
  ];
}

function operatorPages(board) {
  return [
    ['operator-overview', '/operator'],
    ['operator-rounds', '/operator/rounds'],
    ['operator-round', board.round],
    ['operator-leaderboard', '/operator/leaderboard'],
    ['operator-miner', board.miner],
    ['operator-weights', '/operator/weights'],
    ['operator-judge', '/operator/judge'],
    ['operator-refusals', '/operator/refusals'],
    ['operator-charts', '/operator/charts'],
  ];
}

const TWIN = '/studio/twins/dr-indra-gurung';
const DIALOGUES = `question,answer
"I am Maria Lopez, 34, and I wake at four. Write to maria.lopez@example.org","Waking early is common when worry runs high. Keep the hour of getting up steady for two weeks."
"My number is +1 415 555 0134. Should I stop my tablets?","Please speak to the doctor who prescribed them before you change anything."`;

/** Attaches a small adapter with weights of no meaning, so that the picture shows one; detached again afterwards. */
async function attachAdapter(page) {
  const buffer = loraBytes({
    architecture: 'llama',
    baseModel: 'SmolLM2 135M Instruct',
    alpha: 16,
    rank: 8,
    targets: [0, 1, 2].map((layer) => ({ tensor: `blk.${layer}.attn_v.weight`, inputs: 576, outputs: 192 })),
    seed: 1,
    metadata: {
      'general.name': 'Gurung evenings',
      'general.description': 'Weights of no meaning, for this picture.',
      'general.dataset.count': 1,
      'general.dataset.0.name': 'gurung-dialogues-2026',
    },
  });
  await page
    .getByLabel('File of the adapter')
    .setInputFiles({ name: 'gurung.gguf', mimeType: 'application/octet-stream', buffer });
  await page.getByRole('button', { name: 'Upload and attach' }).click();
  await page.getByText('The adapter is in the draft.').waitFor();
}

function studioPages() {
  const step = (name) => (page) =>
    page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name }).click();
  return [
    ['studio-twins', '/studio'],
    ['studio-build', `${TWIN}/build`],
    ['studio-knowledge', `${TWIN}/build`, step('Knowledge')],
    ['studio-rules', `${TWIN}/build`, step('Rules')],
    [
      'studio-preview',
      `${TWIN}/preview`,
      async (page) => {
        await page.getByLabel('Your question').fill('I wake at four and worry. What helps?');
        await page.getByRole('button', { name: 'Compare' }).click();
        await page.getByRole('article').first().waitFor({ timeout: 120_000 });
      },
    ],
    [
      'studio-check',
      `${TWIN}/check`,
      async (page) => {
        await page.getByRole('button', { name: 'Run the safety check' }).click();
        await page.getByText(/did not pass|Everything passed/).waitFor({ timeout: 300_000 });
      },
    ],
    ['studio-versions', `${TWIN}/versions`],
    [
      'studio-import',
      `${TWIN}/import`,
      async (page) => {
        await page.getByLabel('Or paste it').fill(DIALOGUES);
        await page.getByRole('button', { name: 'Look for identifiers' }).click();
        await page.locator('del').first().waitFor();
      },
    ],
    ['studio-adapter', `${TWIN}/adapter`, attachAdapter],
    ['studio-inbox', `${TWIN}/inbox`],
    ['studio-consents', `${TWIN}/consents`],
  ];
}

const { path: executablePath, missing } = ensureChromium();
if (missing) {
  process.stderr.write(`screenshots: ${missing}\n`);
  process.exit(1);
}
mkdirSync(values.out, { recursive: true });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const context = await browser.newContext({ baseURL: values.url, locale: 'en-US', reducedMotion: 'reduce' });
context.setDefaultTimeout(30_000);
const page = await context.newPage();

/** @param {readonly any[]} picture */
function isWanted([name]) {
  return !values.only || values.only.split(',').some((word) => name.includes(word));
}

/** Files of the pictures that were taken; those from earlier stay as they are. */
const taken = [];

/**
 * One page in every look, without loading it again.
 * @param {readonly any[]} picture its name, its address, and what is done first
 */
async function take([name, address, first]) {
  if (!isWanted([name])) return;
  for (const { suffix, viewport, colorScheme } of LOOKS) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    if (suffix === LOOKS[0].suffix) {
      await page.goto(address);
      await page.getByRole('heading', { level: 1 }).waitFor();
      const loading = page.getByText('Loading…');
      for (let left = 200; left > 0 && (await loading.count()) > 0; left -= 1) await page.waitForTimeout(50);
      await first?.(page);
    }
    // As the page does when it is opened at this width.
    await page.evaluate(
      "document.querySelector('.tabs [aria-current]')?.scrollIntoView({ inline: 'center', block: 'nearest' })",
    );
    // The window grows to the page, so that bars that stick to an edge stand where they belong.
    const height = await page.evaluate('document.documentElement.scrollHeight');
    await page.setViewportSize({ width: viewport.width, height: Math.min(Math.max(height, viewport.height), LONGEST) });
    const path = join(values.out, `${name}-${suffix}.png`);
    await page.screenshot({ path });
    taken.push(path);
  }
  process.stdout.write(`${name}\n`);
}

/** Asks what the pictures of the chat show; the second question brings the crisis help. */
async function makeChats() {
  await page.goto('/twins/dr-indra-gurung');
  await page.getByRole('button', { name: 'I understand, let me ask' }).click();
  await ask(page, 'Work has burned me out and I cannot switch off. What can I try this week?');
  // A small machine may be too slow for the deadline; an honest refusal is no picture of an answer.
  const stars = page.getByRole('radio', { name: /^4 of 5/ });
  for (let tries = 0; tries < 4 && (await stars.count()) === 0; tries += 1) {
    await page.getByRole('button', { name: 'Ask again' }).click();
    await page
      .getByRole('article')
      .and(page.locator('[aria-busy=true]'))
      .waitFor({ state: 'detached', timeout: 120_000 });
  }
  await stars.check();
  await page.getByRole('radio', { name: 'Kind' }).check();
  await page.getByRole('button', { name: 'Send rating' }).click();
  await page.getByText('Your rating is kept').waitFor();
  const sleep = new URL(page.url()).pathname;
  await page.goto('/twins/dr-indra-gurung');
  await ask(page, 'I do not want to live any more.');
  return { sleep, danger: new URL(page.url()).pathname };
}

async function findBoard() {
  await page.goto(values.operator);
  await page.goto('/operator/leaderboard');
  const miner = await page.getByRole('table').getByRole('link').first().getAttribute('href');
  await page.goto('/operator/rounds');
  const counted = page.getByRole('row').filter({ hasText: 'counted' }).getByRole('link').first();
  return { miner, round: await counted.getAttribute('href') };
}

// Chats and rounds take a running network; pictures without them can be had from a gateway alone.
if (patientPages({}).some(isWanted)) for (const one of patientPages(await makeChats())) await take(one);
if (operatorPages({}).some(isWanted)) for (const one of operatorPages(await findBoard())) await take(one);
if (values.studio) {
  await page.goto(values.studio);
  await page.getByRole('heading', { name: 'Your twins' }).waitFor();
  await page.goto(`${TWIN}/build`);
  const begin = page.getByRole('button', { name: 'Begin a draft' });
  await begin.or(page.getByRole('button', { name: 'Save draft' })).waitFor();
  if (await begin.isVisible()) await begin.click();
  for (const one of studioPages()) await take(one);
  await page.goto(`${TWIN}/adapter`);
  await page.getByRole('heading', { name: 'The next version' }).waitFor();
  if (await page.getByRole('button', { name: 'Detach it' }).isVisible()) {
    await page.getByRole('button', { name: 'Detach it' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Detach the adapter' }).click();
    await page.getByText('The next version has no adapter.').waitFor();
  }
}
await browser.close();

const small = spawnSync('pngquant', ['--force', '--ext', '.png', '--skip-if-larger', '48', '--', ...taken]);
// 98 and 99 say that some picture was as small, or as coarse, as it may be.
if (![0, 98, 99].includes(small.status))
  process.stderr.write(`the pictures were not made smaller: pngquant is not there or failed\n`);
