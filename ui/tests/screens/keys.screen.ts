import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { fakePassword } from '../../src/backend/fake';
import { fakeRecoveryCode } from '../../src/backend/fake/keys';
import { testids } from '../../src/shared/testids';
import { answering, everyLook, id, onPage, withBrowser } from './page';

withBrowser();

const strong = 'four quiet horses graze';

async function settings(page: Page, tab: string) {
  await page.locator(id(testids.mainScreen)).waitFor();
  await page.keyboard.press('Control+,');
  await page.locator(id(testids.settingsTab, `[data-tab="${tab}"]`)).click();
}

test('a forgotten password is replaced with the recovery code', () =>
  onPage({ query: { state: 'locked' } }, async (page) => {
    await page.locator(id(testids.unlockForgot)).click();
    const code = page.locator(id(testids.forgotCode));
    await page.locator(id(testids.forgotCode, ':focus')).waitFor();
    await code.fill(fakeRecoveryCode.slice(0, 20));
    await page.locator(id(testids.forgotPassword)).fill(strong);
    await page.locator(id(testids.forgotRepeat)).fill(strong);
    await expect.poll(() => page.locator(id(testids.forgotSubmit)).isDisabled()).toBe(true);
    await everyLook(page, 'forgot');
    await code.fill(fakeRecoveryCode.toLowerCase());
    await page.locator(id(testids.forgotSubmit)).click();
    await page.locator(id(testids.mainScreen)).waitFor();
  }));

test('a recovery code is made, confirmed, and removed', () =>
  onPage({}, async (page) => {
    await settings(page, 'recovery');
    await everyLook(page, 'recovery-none');
    await page.locator(id(testids.recoveryPassword)).fill('wrong');
    await page.locator(id(testids.recoveryBegin)).click();
    await page.locator(id(testids.recoveryError)).waitFor();
    await page.locator(id(testids.recoveryPassword)).fill(fakePassword);
    await page.locator(id(testids.recoveryBegin)).click();
    await expect.poll(() => page.locator(id(testids.recoveryCode)).textContent()).toBe(fakeRecoveryCode);
    await everyLook(page, 'recovery-made');
    await page.locator(id(testids.recoverySave)).click();
    await page.locator(id(testids.recoveryGroup)).fill(fakeRecoveryCode.split('-')[3] ?? '');
    await page.locator(id(testids.recoveryConfirm)).click();
    await page.locator(id(testids.recoveryRemove)).waitFor();
    await everyLook(page, 'recovery-active');
    // Replacing it changes the keys of the profile, for which the password is typed with the group.
    await page.locator(id(testids.recoveryPassword)).fill(fakePassword);
    await page.locator(id(testids.recoveryBegin)).click();
    await page.locator(id(testids.recoveryGroup)).fill(fakeRecoveryCode.split('-')[3] ?? '');
    await everyLook(page, 'recovery-replaced');
    await page.locator(id(testids.recoveryConfirm)).click();
    await page.locator(id(testids.recoveryError)).waitFor();
    await page.locator(id(testids.recoveryPassword)).fill(fakePassword);
    await page.locator(id(testids.recoveryConfirm)).click();
    await page.locator(id(testids.recoveryRemove)).waitFor();
    await page.locator(id(testids.recoveryPassword)).fill(fakePassword);
    await page.locator(id(testids.recoveryRemove)).click();
    await page.locator(id(testids.recoveryRemove)).waitFor({ state: 'detached' });
  }));

test('a PIN is set, opens, and is gone after five wrong ones', () =>
  onPage({ query: { weak: '' } }, async (page) => {
    await settings(page, 'security');
    await page.locator(id(testids.pinText)).fill('246810');
    await page.locator(id(testids.pinPassword)).fill(fakePassword);
    await everyLook(page, 'security-pin');
    await page.locator(id(testids.pinSet)).click();
    await page.locator(id(testids.pinForget)).waitFor();
    await page.locator(id(testids.strengthenPassword)).fill(fakePassword);
    await page.locator(id(testids.strengthenSubmit)).click();
    await page.locator(id(testids.strengthenSubmit)).waitFor({ state: 'detached' });
  }));

test('the unlock screen requires the password after too many wrong PINs', () =>
  onPage({ query: { state: 'locked', pin: '' } }, async (page) => {
    const field = page.locator(id(testids.unlockPassword));
    for (let left = 4; left > 0; left -= 1) {
      await field.fill('000000');
      await page.keyboard.press('Enter');
      await page.getByText(new RegExp(`${left} attempts? left`)).waitFor();
    }
    await everyLook(page, 'unlock-pin');
    await field.fill('000000');
    await page.keyboard.press('Enter');
    await page.getByText('There is no PIN any more').waitFor();
    await page.locator(id(testids.unlockOtherWay)).waitFor({ state: 'detached' });
    await field.fill(fakePassword);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.mainScreen)).waitFor();
  }));

test('the program that has a profile open is named', () =>
  onPage({ query: { state: 'locked', holder: '' } }, async (page) => {
    await page.locator(id(testids.unlockPassword)).fill(fakePassword);
    await page.keyboard.press('Enter');
    await page.getByText('process 4711').waitFor();
    await everyLook(page, 'unlock-in-use');
  }));

test('all keys are changed after a leak', () =>
  onPage({}, async (page) => {
    await settings(page, 'password');
    await page.locator(id(testids.leakedOpen)).click();
    await page.locator(id(testids.leakedPassword)).fill(fakePassword);
    await page.locator(id(testids.leakedNewPassword)).fill(strong);
    // A slip in a password that is typed once only would be the end of the profile.
    await page.locator(id(testids.leakedRepeat)).fill(strong.slice(0, -1));
    await page.getByText('Very strong').waitFor();
    await expect.poll(() => page.locator(id(testids.leakedSubmit)).isDisabled()).toBe(true);
    await page.locator(id(testids.leakedRepeat)).fill(strong);
    await page.locator(id(testids.leakedSubmit)).scrollIntoViewIfNeeded();
    await everyLook(page, 'leaked');
    await page.locator(id(testids.leakedSubmit)).click();
    await page.clock.runFor(5000);
    await page.getByText('All keys changed').waitFor();
  }));

test('changing all keys tells how far it is, and can be stopped', () =>
  onPage({ query: { speed: '1' } }, async (page) => {
    await settings(page, 'password');
    await page.locator(id(testids.leakedOpen)).click();
    await page.locator(id(testids.leakedPassword)).fill(fakePassword);
    await page.locator(id(testids.leakedNewPassword)).fill(strong);
    await page.locator(id(testids.leakedRepeat)).fill(strong);
    const submit = page.locator(id(testids.leakedSubmit));
    await submit.click();
    await page.clock.runFor(2000);
    // The strip at the top is there for any call that is not answered at once.
    await page.locator(id(testids.working)).waitFor();
    const work = page.locator(id(testids.workInHand));
    await work.getByText('%', { exact: false }).waitFor();
    await work.scrollIntoViewIfNeeded();
    await everyLook(page, 'leaked-working');
    await page.locator(id(testids.workStop)).click();
    await page.clock.runFor(1000);
    await work.waitFor({ state: 'detached' });
    await page.locator(id(testids.working)).waitFor({ state: 'detached' });
    await expect.poll(() => submit.isEnabled()).toBe(true);
  }));

test('the lock screen shows that a profile is being moved', () =>
  onPage({ query: { state: 'locked', place: 'moving', speed: '10000' } }, async (page) => {
    await page.locator(id(testids.unlockScreen)).waitFor();
    await page.clock.runFor(2000);
    await page.locator(id(testids.jobRow, '[data-state="running"]')).waitFor();
    await everyLook(page, 'unlock-moving');
    await page.locator(id(testids.jobCancel)).click();
    await page.locator(id(testids.jobRow, '[data-state="cancelled"]')).waitFor();
  }));

test('a printed Kit is checked', () =>
  onPage({ query: { kit: '' } }, async (page) => {
    await settings(page, 'kit');
    await page.locator(id(testids.kitCheckText)).fill('C1-0000-0000-0000-0000-0000-0000-0000');
    await page.locator(id(testids.kitCheckSubmit)).click();
    await page.locator(id(testids.kitCheckResult)).waitFor();
    await everyLook(page, 'kit-check');
  }));

test('a profile in a synced folder: warning, move, deletion by name', () =>
  onPage({ query: { place: 'synced' } }, async (page) => {
    await settings(page, 'general');
    await page.locator(id(testids.placeWarning)).waitFor();
    await page.locator(id(testids.placeDelete)).scrollIntoViewIfNeeded();
    await everyLook(page, 'place-synced');
    await page.locator(id(testids.placeDelete)).click();
    const submit = page.locator(id(testids.deleteSubmit));
    await page.locator(id(testids.deleteName, ':focus')).waitFor();
    await page.locator(id(testids.deleteName)).fill('mara');
    await expect.poll(() => submit.isDisabled()).toBe(true);
    await everyLook(page, 'delete-profile');
    await page.locator(id(testids.deleteName)).fill('Mara');
    await answering(page, false, () => submit.click());
    await answering(page, true, () => submit.click());
    await page.locator(id(testids.unlockScreen)).waitFor();
  }));

test('the menu of the web view opens on fields and selected text only', () =>
  onPage({ query: { kit: '' } }, async (page) => {
    await page.locator(id(testids.searchField)).waitFor();
    const opens = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element) =>
          element.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true })),
        );
    expect(await opens('body')).toBe(false);
    expect(await opens(id(testids.itemRow))).toBe(false);
    expect(await opens(id(testids.searchField))).toBe(true);
    await page.evaluate(() => getSelection()?.selectAllChildren(document.body));
    expect(await opens('body')).toBe(true);
  }));
