import { expect, test } from 'vitest';
import { fakePassword } from '../../src/backend/fake';
import { testids } from '../../src/shared/testids';
import { everyLook, id, onPage, withBrowser } from './page';
import { openTeam } from './teamsPage';

withBrowser();

const next = 'another staple of horses';
const text = (kind: string) => `coffer://recovery-${kind}#${'AQIDBAUG'.repeat(30)}`;
const words = 'ginger lawsuit orbit velvet cabin rescue tiger maple';

for (const lang of ['en', 'de'] as const) {
  test(`guardians of a team are chosen, consented to and asked (${lang})`, () =>
    onPage({ lang, query: { sync: 'up_to_date', team: 'company', recovery: 'guardians' } }, async (page) => {
      await openTeam(page, 'Company', 'recovery');
      await page.locator(id(testids.recoveryHelp)).first().waitFor();
      await everyLook(page, `team-recovery-${lang}`);
      await page.locator(id(testids.consentGive)).click();
      await page.locator(id(testids.peoplePasswordField, ':focus')).fill(fakePassword);
      await everyLook(page, `team-recovery-consent-${lang}`);
      await page.keyboard.press('Enter');
      // With two guardians, of which one is oneself, it is too few.
      await page.locator(id(testids.peoplePasswordError)).waitFor();
      await page.keyboard.press('Escape');
      await page.locator(id(testids.recoveryHelp)).first().click();
      await page.locator(id(testids.recoveryText)).waitFor();
      await everyLook(page, `team-recovery-offer-${lang}`);
      await page.locator(id(testids.recoveryTextDone)).click();
      await page.locator(id(testids.answerText)).fill(text('request'));
      await page.locator(id(testids.answerRead)).click();
      await page.locator(id(testids.answerWho)).waitFor();
      await page.locator(id(testids.answerWords)).fill(words.replace('maple', 'mango'));
      await page.locator(id(testids.answerPassword)).fill(fakePassword);
      await page.locator(id(testids.answerSubmit)).click();
      await page.locator(id(testids.answerError)).waitFor();
      await everyLook(page, `team-recovery-answer-${lang}`);
      await page.locator(id(testids.answerWords)).fill(words);
      await page.locator(id(testids.answerPassword)).fill(fakePassword);
      await page.locator(id(testids.answerSubmit)).click();
      await page.locator(id(testids.recoveryText)).waitFor();
    }));

  test(`a team asks for a consent until it is closed (${lang})`, () =>
    onPage({ lang, query: { sync: 'up_to_date', team: 'company', recovery: 'asked' } }, async (page) => {
      const notice = page.locator(id(testids.consentNotice));
      await notice.waitFor();
      await everyLook(page, `recovery-notice-${lang}`);
      await page.locator(id(testids.consentNoticeOpen)).click();
      await page.locator(id(testids.teamPerson)).first().waitFor();
      await page.keyboard.press('Escape');
      await page.locator(id(testids.consentNoticeClose)).click();
      expect(await notice.count()).toBe(0);
    }));

  test(`an account comes back from guardians (${lang})`, () =>
    onPage({ lang, query: { state: 'first_run' } }, async (page) => {
      await page.locator(id(testids.regainOpen)).click();
      await page.locator(id(testids.regainOffer)).fill(text('offer'));
      await page.locator(id(testids.regainLogin)).fill('mara@example.org');
      await page.locator(id(testids.regainPassword)).fill(next);
      await page.locator(id(testids.regainRepeat)).fill(next);
      await everyLook(page, `regain-begin-${lang}`);
      await page.locator(id(testids.regainSubmit)).click();
      await page.locator(id(testids.regainWords)).waitFor();
      await everyLook(page, `regain-asked-${lang}`);
      for (const step of ['asked', 'answered']) {
        await page.locator(id(testids.regainAnswer)).fill(text('answer'));
        await page.locator(id(testids.regainTyped)).fill(next);
        await page.locator(id(testids.regainSubmit)).click();
        await page.locator(id(testids.regainState, `[data-step="${step}"]`)).waitFor();
      }
      await everyLook(page, `regain-answered-${lang}`);
      await page.locator(id(testids.regainSubmit)).click();
      await page.locator(id(testids.regainState, '[data-step="waiting"]')).waitFor();
      await everyLook(page, `regain-waiting-${lang}`);
    }));
}

test('a recovery that takes effect opens its profile', () =>
  onPage({ query: { state: 'first_run', recovery: 'regain-effective' } }, async (page) => {
    await page.locator(id(testids.regainOpen)).click();
    await page.locator(id(testids.regainTyped)).fill('correct horse battery staple');
    await page.locator(id(testids.regainSubmit)).click();
    await page.locator(id(testids.regainScreen)).waitFor({ state: 'detached' });
    await expect.poll(() => page.locator(id(testids.menuButton)).count()).toBe(1);
  }));

test('a recovery that was stopped is ended', () =>
  onPage({ query: { state: 'first_run', recovery: 'regain-cancelled' } }, async (page) => {
    await page.locator(id(testids.regainOpen)).click();
    await page.locator(id(testids.regainState, '[data-step="cancelled"]')).waitFor();
    await everyLook(page, 'regain-cancelled');
    await page.locator(id(testids.regainEnd)).click();
    await page.locator(id(testids.confirmYes)).click();
    await page.locator(id(testids.regainOffer)).waitFor();
  }));
