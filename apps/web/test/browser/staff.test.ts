import { eventually, findChromium } from '@bettertherapy/testkit';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DESKTOP, fitsTheScreen, freshPages, PHONE } from '../browser.js';
import type { FixtureGateway } from '../fixture/server.js';

const chromium = findChromium();
const TWIN = '/studio/twins/dr-indra-gurung';

describe.skipIf(chromium.path === null && !process.env.CI)(
  `doctors and operators in a browser ${chromium.missing ?? ''}`,
  () => {
    let gateway: FixtureGateway;
    let page: Page;
    freshPages(chromium, (fresh) => {
      ({ gateway, page } = fresh);
    });

    const button = (name: string | RegExp) => page.getByRole('button', { name });
    async function invited(): Promise<void> {
      await page.goto('/#invitation=bt_invited');
      await page.getByRole('heading', { name: 'Your twins' }).waitFor();
    }

    it('a doctor comes in by the link of the invitation, which leaves the address bar', async () => {
      await invited();
      expect(page.url()).toBe(`${gateway.url}/studio`);
      await page.reload();
      await page.getByRole('heading', { name: 'Your twins' }).waitFor();
      await button('Sign out everywhere').click();
      await page.getByLabel('Invitation').waitFor();
    });

    it('a draft saves itself, shows what is wrong at the field, and says when nothing is', async () => {
      await invited();
      await page.goto(`${TWIN}/build`);
      await page.getByLabel('Specialty').fill('Psychiatry');
      await page.getByText('one thing is still missing or wrong').waitFor();
      const title = page.getByLabel('Title');
      expect(await title.getAttribute('aria-invalid')).toBe('true');
      await title.fill('MD');
      await button('Save draft').click();
      await page.getByText('Saved, nothing is missing').waitFor();
      await button(/^Starters/).click();
      await button('Add starter').click();
      await page.getByText('must not be empty').waitFor();
      await page.getByRole('textbox', { name: 'Starter 1' }).fill('How do I sleep better?');
      await page.getByText('Saved, nothing is missing').waitFor();
      expect(gateway.studios.draft).toMatchObject({
        specialty: 'Psychiatry',
        title: 'MD',
        starters: ['How do I sleep better?'],
      });
    });

    it('what was typed just before leaving the form is not lost', async () => {
      await invited();
      await page.goto(`${TWIN}/build`);
      await page.getByLabel('Title').fill('MD, consultant');
      await page.getByRole('link', { name: 'Versions' }).click();
      await eventually('the last words', () => gateway.studios.draft?.title === 'MD, consultant');
    });

    it('the number of a licence never leaves the page, only its fingerprint', async () => {
      await invited();
      await page.goto(`${TWIN}/build`);
      await page.getByLabel('Licence number').fill('NMC-12345');
      await button('Keep its fingerprint').click();
      await eventually('the fingerprint', () => JSON.stringify(gateway.studios.draft).includes('numberSha256":"'));
      expect(JSON.stringify(gateway.studios.draft)).not.toContain('12345');
    });

    it('a twin is submitted, published, published again, rolled back and withdrawn', async () => {
      gateway.studios.draft = { ...gateway.studios.draft, title: 'MD' };
      await invited();
      await page.goto(`${TWIN}/versions`);
      for (const version of [1, 2]) {
        await button('Submit the draft').click();
        await page.getByText(`Version ${version} was submitted`).waitFor();
        await button('Publish').click();
        await page.getByText(`Patients talk to version ${version}.`).waitFor();
      }
      await button('Roll back to 1').click();
      await page.getByText('Patients talk to version 1.').waitFor();
      await button('Withdraw the twin').click();
      await page.getByRole('dialog').getByLabel('Reason').fill('retired');
      await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
      await page.getByText('Patients do not see this twin yet.').waitFor();
    });

    it('the draft answers beside the published version', async () => {
      gateway.studios.draft = { ...gateway.studios.draft, title: 'MD' };
      gateway.studios.versions.push({
        version: 1,
        state: 'published',
        sha256: 'ef'.repeat(32),
        created_ms: 1,
        published_ms: 1,
      });
      await invited();
      await page.goto(`${TWIN}/preview`);
      await page.getByLabel('Your question').fill('I cannot sleep');
      await button('Compare').click();
      await page.getByText('As draft I would ask').waitFor();
      await page.getByText('As 1 I would ask').waitFor();
    });

    it('identifiers are struck out span by span before anything is saved, and a dialogue can be left out', async () => {
      await invited();
      await page.goto(`${TWIN}/consents`);
      await page.getByLabel('Statement').fill('I may use these.');
      await button('Record it').click();
      await page.getByRole('cell', { name: 'I may use these.' }).waitFor();
      await page.goto(`${TWIN}/import`);
      await page.getByLabel('Or paste it').fill('question,answer\nMy name is Maria,Hello\nI sleep badly,Keep a rhythm');
      await button('Look for identifiers').click();
      expect(await page.locator('del').allTextContents()).toEqual(['Maria']);
      expect(await page.locator('ins').allTextContents()).toEqual(['[name]']);
      await page.getByText('Line 9: the answer is empty').waitFor();
      expect(gateway.studios.saved).toEqual([]);
      await page.getByLabel('Keep dialogue 2').uncheck();
      await button('Save 1 masked dialogues').click();
      await page.getByText('1 dialogues were saved').waitFor();
      expect(gateway.studios.saved).toHaveLength(1);
    });

    it('what was left out of one file is not left out of the next, and a consent is withdrawn only on a second word', async () => {
      await invited();
      await page.goto(`${TWIN}/consents`);
      await page.getByLabel('Statement').fill('I may use these.');
      await button('Record it').click();
      await page.getByRole('cell', { name: 'I may use these.' }).waitFor();
      await page.goto(`${TWIN}/import`);
      const paste = page.getByLabel('Or paste it');
      await paste.fill('question,answer\nMy name is Maria,Hello\nI sleep badly,Keep a rhythm');
      await button('Look for identifiers').click();
      await page.getByLabel('Keep dialogue 1').uncheck();
      await button('Save 1 masked dialogues').waitFor();
      await paste.fill('question,answer\nMy name is John,Hello\nI wake at four,Keep a rhythm');
      await button('Look for identifiers').click();
      await button('Save 2 masked dialogues').waitFor();
      await page.goto(`${TWIN}/consents`);
      await button('Withdraw').click();
      await page.getByRole('dialog').getByText('This cannot be undone.').waitFor();
      await page.keyboard.press('Escape');
      expect(gateway.studios.consents[0]?.withdrawn_ms).toBe(null);
      await button('Withdraw').click();
      await page.getByRole('dialog').getByRole('button', { name: 'Withdraw the consent' }).click();
      await page.getByText(/^withdrawn /).waitFor();
    });

    it('an adapter is uploaded piece by piece, attached, told, and detached only on a second word', async () => {
      const { adapters } = gateway.studios;
      await page.setViewportSize(PHONE);
      await invited();
      await page.goto(`${TWIN}/adapter`);
      const tab = page.getByRole('link', { name: 'Adapter', exact: true });
      await eventually('the open tab in sight', async () => {
        const box = await tab.boundingBox();
        return box !== null && box.x >= 0 && box.x + box.width <= PHONE.width;
      });
      const file = page.getByLabel('File of the adapter');
      const choose = (name: string, text: string) =>
        file.setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) });
      await choose('notes.pdf', '%PDF-1.7');
      await page.getByText('This is no GGUF file.').waitFor();
      expect(await file.getAttribute('aria-invalid')).toBe('true');
      expect(await button('Upload and attach').isDisabled()).toBe(true);

      await choose('broken.gguf', 'GGUF broken');
      await button('Upload and attach').click();
      await page.getByRole('alert').getByText('holds no LoRA pair').waitFor();

      const good = `GGUF ${'weights '.repeat(40)}`;
      const seen = new Set<number>();
      adapters.onPiece = async () => {
        seen.add(Number(await page.getByRole('progressbar').getAttribute('value')));
      };
      adapters.losing = 1;
      await choose('gurung.gguf', good);
      await button('Upload and attach').click();
      await page.getByRole('alert').getByText('Name the model.').waitFor();
      expect(adapters.uploaded?.toString()).toBe(good);
      expect([...seen]).toEqual([0, 64, 128, 192, 256, 320]);
      const { begun } = adapters;
      await page.getByLabel(/^Base model/).fill('SmolLM2-135M-Instruct');
      await button('Upload and attach').click();
      await page.getByText('The adapter is in the draft.').waitFor();
      expect(adapters.begun).toBe(begun);
      for (const words of ['Gurung evenings', 'SmolLM2-135M-Instruct', 'gurung-dialogues', '0.3 kB']) {
        await page.getByText(words, { exact: true }).waitFor();
      }
      expect(await fitsTheScreen(page)).toBe(true);

      await button('Detach it').click();
      await page.keyboard.press('Escape');
      expect(adapters.next).not.toBe(null);
      await button('Detach it').click();
      await page.getByRole('dialog').getByRole('button', { name: 'Detach the adapter' }).click();
      await page.getByText('It has no adapter').waitFor();
      expect(adapters.next).toBe(null);
    });

    it('a doctor without a twin and one without a draft are told where to begin', async () => {
      gateway.studios.empty = true;
      gateway.studios.draft = null;
      await invited();
      await page.getByText('You have no twin yet.').waitFor();
      await page.getByLabel('Name').fill('डा.');
      await button('Begin').click();
      await page.getByText('needs three Latin letters or digits').waitFor();
      await page.goto(`${TWIN}/check`);
      await page.getByText('There is no draft to check.').waitFor();
      await page.goto(`${TWIN}/preview`);
      await page.getByText('There is nothing to try yet.').waitFor();
    });

    it('a key that is not valid any more leads back to where one is entered', async () => {
      await page.goto('/');
      await page.evaluate(`sessionStorage.setItem('bettertherapy.operator', 'bt_revoked')`);
      await page.goto('/operator/rounds');
      await page.getByText('This key is not valid any more.').waitFor();
      await button('Enter another key').click();
      await page.getByLabel('Operator key').fill('bt_operator');
      await button('Enter').click();
      await page.getByRole('heading', { name: 'Rounds' }).waitFor();
    });

    it('a reported answer is corrected', async () => {
      await invited();
      await page.goto(`${TWIN}/inbox`);
      await page.getByLabel('What it should have said').fill('Please do not stop before you spoke to your doctor.');
      await button('Save the correction').click();
      await page.getByText('corrected', { exact: true }).waitFor();
      expect(gateway.studios.corrections).toEqual(['Please do not stop before you spoke to your doctor.']);
    });

    it('reasons and charts can be read on a phone without scrolling sideways', async () => {
      await page.setViewportSize(PHONE);
      await page.goto('/#key=bt_operator');
      await page.goto('/operator/leaderboard');
      const reasons = page.getByRole('listitem').filter({ hasText: /^It / });
      await reasons.first().waitFor();
      for (const reason of await reasons.all()) {
        const box = await reason.boundingBox();
        expect((box?.x ?? 0) + (box?.width ?? PHONE.width + 1)).toBeLessThanOrEqual(PHONE.width);
      }
      await page.goto('/operator/charts');
      for (const viewport of [PHONE, DESKTOP]) {
        await page.setViewportSize(viewport);
        const text = page
          .getByRole('img', { name: /^Time to answer/ })
          .locator('text')
          .first();
        await eventually(
          'text of a size that can be read',
          async () => ((await text.boundingBox())?.height ?? 0) >= 11,
        );
      }
    });

    it('an operator comes in by the link of the key and sees refusals as they happen', async () => {
      await page.goto('/#key=bt_operator');
      await page.getByText('Running since').waitFor();
      expect(page.url()).toBe(`${gateway.url}/operator`);
      await page.getByRole('link', { name: 'Refusals' }).click();
      await page.getByText('live', { exact: true }).waitFor();
      const rows = page.getByRole('row');
      await eventually('the first row', async () => (await rows.count()) === 2);
      await eventually('a row that came later', async () => {
        gateway.operators.refuse(2);
        return (await rows.count()) === 3;
      });
    });
  },
);
