import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { findChromium } from '@bettertherapy/testkit';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { FixtureGateway } from './fixture/server.js';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];
export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 860 };

/** The Chromium that `npm test` found or installed (scripts/chromium.mjs), with a fresh profile. */
export function openBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, headless: true, args: FLAGS });
}

export interface Watched {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the browser complained about: script errors, refused inline code, requests to elsewhere. */
  readonly complaints: string[];
}

/** A tab that notes everything a healthy page never causes. */
export async function openPage(
  browser: Browser,
  url: string,
  options: { readonly viewport?: { width: number; height: number }; readonly dark?: boolean } = {},
): Promise<Watched> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: options.viewport ?? DESKTOP,
    colorScheme: options.dark ? 'dark' : 'light',
    locale: 'en-US',
    reducedMotion: 'reduce',
    acceptDownloads: true,
  });
  context.setDefaultTimeout(8_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // Refusals of the API are shown by the page; the browser's own line about them is no fault.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url()))
      complaints.push(`elsewhere: ${request.url()}`);
  });
  return { context, page, complaints };
}

/**
 * Gives every test of a `describe` a gateway and a tab of its own; what the browser complained about fails the test. Fails
 * where there is no browser: elsewhere than on CI the `describe` is skipped with the reason.
 */
export function freshPages(
  found: ReturnType<typeof findChromium>,
  take: (fresh: { readonly gateway: FixtureGateway; readonly page: Page }) => void,
): void {
  let browser: Browser | null = null;
  let gateway: FixtureGateway;
  let watched: Watched;
  beforeAll(async () => {
    if (found.path === null) throw new Error(found.missing);
    browser = await openBrowser(found.path);
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    if (browser === null) throw new Error('the browser did not open');
    gateway = await new FixtureGateway().start();
    watched = await openPage(browser, gateway.url);
    take({ gateway, page: watched.page });
  });
  afterEach(async () => {
    await watched.context.close();
    await gateway.close();
    expect(watched.complaints).toEqual([]);
  });
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: unknown; readonly failureSummary?: string }[];
}

/** What axe-core holds to be serious or critical on the page as it stands. */
export async function seriousViolations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  // axe-core's own result shape; only these three fields are read.
  const found = (await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] }).then((r) => r.violations)',
  )) as Violation[];
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ target, failureSummary }) => `${JSON.stringify(target)} ${failureSummary ?? ''}`).join(' | ')}`,
    );
}

/** True when nothing on the page is wider than the screen. */
export async function fitsTheScreen(page: Page): Promise<boolean> {
  return page.evaluate<boolean>('document.documentElement.scrollWidth <= window.innerWidth');
}
