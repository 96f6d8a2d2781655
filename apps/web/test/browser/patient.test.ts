import { eventually, findChromium } from '@bettertherapy/testkit';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { freshPages, seriousViolations } from '../browser.js';
import type { FixtureGateway } from '../fixture/server.js';

const chromium = findChromium();

// Elsewhere a missing browser skips with its reason; on CI it is a fault.
describe.skipIf(chromium.path === null && !process.env.CI)(`a patient in a browser${chromium.missing ?? ''}`, () => {
  let gateway: FixtureGateway;
  let page: Page;
  freshPages(chromium, (fresh) => {
    ({ gateway, page } = fresh);
  });

  async function begin(question: string): Promise<void> {
    await page.goto('/');
    await page.getByRole('link', { name: 'Dr. Indra Gurung' }).click();
    await page.getByRole('button', { name: 'I understand, let me ask' }).click();
    await ask(question);
  }
  async function ask(question: string): Promise<void> {
    await page.getByRole('textbox', { name: /Your question/ }).fill(question);
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
  }
  const answers = () => page.getByRole('article');

  it('reads the disclaimer before anything is stored or can be asked', async () => {
    await page.goto('/twins/dr-indra-gurung');
    await page.getByRole('heading', { name: 'Before you ask' }).waitFor();
    expect(await page.getByRole('textbox').count()).toBe(0);
    expect(await page.evaluate('localStorage.length')).toBe(0);
    await page.getByRole('button', { name: 'I understand, let me ask' }).click();
    await page.getByRole('textbox', { name: /Your question/ }).waitFor();
    expect(await page.getByRole('contentinfo').textContent()).toContain('Information, not care.');
  });

  it('gets an answer with markdown and sources, and keeps it over a reload without asking twice', async () => {
    await begin('I sleep badly');
    await answers().getByText('keep the same time for getting up').waitFor();
    await answers().getByText('Sources (2)').click();
    expect(await answers().getByRole('link', { name: 'Sleep and low mood' }).getAttribute('href')).toBe(
      'https://example.org/sleep',
    );
    await page.reload();
    await answers().getByText('keep the same time').waitFor();
    expect(await answers().count()).toBe(1);
    expect(await page.getByText('I sleep badly').count()).toBe(1);
  });

  it('can be asked by keyboard alone, from the skip link to the answer', async () => {
    await page.goto('/');
    await page.getByRole('heading', { name: 'Dr. Indra Gurung' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'I understand' }).press('Enter');
    await page.getByRole('textbox', { name: /Your question/ }).focus();
    await page.keyboard.type('I sleep badly');
    await page.keyboard.press('Enter');
    await answers().getByText('keep the same time').waitFor();
    // One whole answer is spoken, not every word as it comes.
    await eventually('the whole answer spoken', async () =>
      /^Dr\. Indra Gurung’s twin answered: Answer/.test(
        (await page.getByRole('status').filter({ hasText: 'answered' }).textContent()) ?? '',
      ),
    );
  });

  it('shows words as they come, and stopping reaches the gateway and keeps what was said', async () => {
    await begin('answer slowly please');
    await answers()
      .getByText(/^Answer/)
      .waitFor();
    expect(await page.getByText('keep the same time').count()).toBe(0);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('You stopped this answer.').waitFor();
    await eventually('the stream closed', () => gateway.patients.stopped === 1);
    expect(await page.evaluate('document.activeElement.tagName')).toBe('TEXTAREA');
  });

  it('asks again and shows the new answer in place of the old one', async () => {
    await begin('I sleep badly');
    const words = answers().getByText(/^Answer \d+/);
    const first = await words.textContent();
    await page.getByRole('button', { name: 'Ask again' }).click();
    await eventually('another answer', async () => (await words.textContent()) !== first);
    expect(await answers().count()).toBe(1);
    await page.reload();
    await words.waitFor();
    expect(await answers().count()).toBe(1);
  });

  it('rates an answer with stars, a reason and own words, changes it and takes it back', async () => {
    await begin('I sleep badly');
    await answers().getByRole('radio', { name: '4 of 5, good' }).check();
    await answers().getByRole('radio', { name: 'Clear' }).check();
    await answers().getByRole('textbox', { name: 'In your own words' }).fill('easy to follow');
    await answers().getByRole('button', { name: 'Send rating' }).click();
    await answers().getByText('Your rating is kept. It does not count yet').waitFor();
    const [rated] = [...gateway.patients.ratings.values()];
    expect(rated).toMatchObject({ stars: 4, reason: 'clear', text: 'easy to follow' });
    expect(rated?.token).toMatch(/^rt/);
    await answers().getByRole('radio', { name: '2 of 5' }).check();
    await answers().getByRole('button', { name: 'Send rating' }).click();
    await eventually('the changed rating', () => [...gateway.patients.ratings.values()][0]?.stars === 2);
    await ask('And what about coffee?');
    await eventually('a second answer', async () => (await answers().count()) === 2);
    await answers().getByRole('button', { name: 'Change rating' }).click();
    await answers().getByRole('button', { name: 'Send rating' }).click();
    await answers().getByText('Your rating is kept and counts').waitFor();
    await answers().getByRole('button', { name: 'Withdraw rating' }).click();
    await answers().getByText('Your rating is withdrawn').waitFor();
    expect(gateway.patients.ratings.size).toBe(0);
  });

  it('reports an answer to the doctor', async () => {
    await begin('I sleep badly');
    await answers().getByRole('button', { name: 'Report' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('What is wrong?').selectOption('wrong');
    await dialog.getByRole('button', { name: 'Send report' }).click();
    await dialog.getByText('Thank you').waitFor();
    expect(gateway.patients.reports).toEqual([{ reason: 'wrong' }]);
    await page.keyboard.press('Escape');
    await eventually('the dialog closed', async () => (await page.getByRole('dialog').count()) === 0);
  });

  it('sees human help above everything when a message speaks of danger and no answer comes, and is not asked to rate', async () => {
    await begin('I want to die');
    const help = page.getByRole('alert').filter({ hasText: 'Please talk to a person now' });
    await help.getByText('988 by call, text or chat').waitFor();
    await answers().getByText('No miner could answer in time').waitFor();
    expect(await page.getByRole('radio').count()).toBe(0);
    const [band, main] = await Promise.all([help.boundingBox(), page.getByRole('main').boundingBox()]);
    expect(band?.y ?? 1e9).toBeLessThan(main?.y ?? 0);
    await page.getByLabel('Where you are').selectOption('uk');
    await page.getByText('Samaritans on 116 123').waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Please talk to a person now' }).waitFor();
  });

  it('finds help from any page, and built-in numbers when the gateway is gone', async () => {
    await page.goto('/');
    await page.getByRole('heading', { name: 'Dr. Indra Gurung' }).waitFor();
    await page.getByRole('button', { name: 'Help now' }).click();
    await page.getByText('988 by call, text or chat').waitFor();
    await page.getByRole('button', { name: 'Hide' }).click();
    await page.getByRole('link', { name: 'Dr. Indra Gurung' }).click();
    await page.getByRole('button', { name: 'I understand' }).click();
    await page.getByRole('textbox', { name: /Your question/ }).waitFor();
    await page.context().setOffline(true);
    await ask('hello');
    await page.getByText('This service does not answer').waitFor();
    await page.getByRole('heading', { name: 'Please talk to a person now' }).waitFor();
  });

  it('says honestly that an answer was cut off or refused, and never shows an empty bubble', async () => {
    await begin('please break');
    await answers().getByText('This service does not answer').waitFor();
    await ask('busy');
    await answers().nth(1).getByText('Please try again in 7 seconds').waitFor();
    for (const answer of await answers().all()) expect((await answer.textContent())?.trim().length).toBeGreaterThan(20);
  });

  it('shows nothing live of what a miner wrote: no link, picture or script', async () => {
    await begin('markup please');
    await answers().getByText('this page').waitFor();
    await page.getByRole('button', { name: 'Ask again' }).waitFor();
    expect(await answers().locator('a[href*="evil"], .prose img, script').count()).toBe(0);
  });

  it('lists conversations, exports them, gives and takes consent, and deletes everything', async () => {
    await begin('I sleep badly');
    await answers().getByText('keep the same time').waitFor();
    await page.getByRole('link', { name: 'Your conversations' }).click();
    await page.getByRole('link', { name: 'I sleep badly' }).waitFor();
    await page.getByLabel('My conversations may be used').click();
    await eventually('the consent', () => gateway.patients.training);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export everything' }).click(),
    ]);
    expect(file.suggestedFilename()).toBe('bettertherapy-my-data.json');
    await page.getByRole('button', { name: 'Delete everything' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete everything' }).click();
    await page.getByText('Everything about you was deleted.').waitFor();
    expect(gateway.patients.deleted).toEqual(['p1']);
    expect(await page.evaluate('localStorage.getItem("bettertherapy.patient")')).toBe(null);
  });

  it('asks before one conversation is deleted, and keeps the others', async () => {
    await begin('I sleep badly');
    await answers().getByText('keep the same time').waitFor();
    await page.goto('/twins/dr-indra-gurung');
    await ask('I worry about work');
    await answers().getByText('keep the same time').waitFor();
    await page.getByRole('link', { name: 'Your conversations' }).click();
    const remove = page.getByRole('button', { name: 'Delete “I sleep badly”' });
    await remove.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click();
    expect(gateway.patients.sessions.size).toBe(2);
    await remove.press('Enter');
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Delete it' }).click();
    await eventually('one conversation left', async () => (await remove.count()) === 0);
    expect([...gateway.patients.sessions.values()].map(({ title }) => title)).toEqual(['I worry about work']);
  });

  it('is not left with a dead number: what is gone is said, and one can begin anew', async () => {
    await page.goto('/');
    await page.evaluate(`localStorage.setItem('bettertherapy.patient', 'btp_deleted')`);
    for (const address of ['/history', '/sessions/s1']) {
      await page.goto(address);
      await page.getByText('Nothing is kept here under the number of this browser').waitFor();
      expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    }
    await page.getByRole('button', { name: 'Begin anew' }).click();
    await page.getByRole('heading', { name: 'This conversation is not yours' }).waitFor();
    expect(await page.evaluate('localStorage.getItem("bettertherapy.patient")')).toBe(null);
    await begin('I sleep badly');
    await answers().getByText('keep the same time').waitFor();
  });

  it('finds a heading and a way on where a twin or a conversation is not there', async () => {
    await page.goto('/twins/dr-nobody');
    await page.getByRole('heading', { name: 'This twin cannot be shown' }).waitFor();
    await page.getByText('There is no such twin.').waitFor();
    await page.getByRole('link', { name: 'See all twins' }).click();
    await page.getByRole('link', { name: 'Dr. Indra Gurung' }).click();
    await page.getByRole('button', { name: 'I understand, let me ask' }).click();
    // Leaving before it is answered would cut the consent off.
    await page.getByRole('textbox', { name: /Your question/ }).waitFor();
    await page.goto('/sessions/none');
    await page.getByRole('heading', { name: 'This conversation cannot be shown' }).waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Your conversations' }).click();
    await page.getByText('No conversation yet.').waitFor();
  });

  it('does not have to write a question twice that could not be sent', async () => {
    await page.goto('/twins/dr-indra-gurung');
    await page.getByRole('button', { name: 'I understand, let me ask' }).click();
    gateway.patients.full = true;
    await ask('I sleep badly');
    await page.getByText('There is no room to keep this at the moment.').waitFor();
    const field = page.getByRole('textbox', { name: /Your question/ });
    expect(await field.inputValue()).toBe('I sleep badly');
    gateway.patients.full = false;
    await field.press('Enter');
    await answers().getByText('keep the same time').waitFor();
  });

  it('keeps a chosen theme over a reload', async () => {
    await page.goto('/');
    await page.getByRole('button', { name: /^Colours/ }).click();
    await page.getByRole('button', { name: /^Colours: light/ }).click();
    await page.reload();
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    expect(await seriousViolations(page)).toEqual([]);
  });
});
