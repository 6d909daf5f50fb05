import { expect, test } from 'vitest';
import { fakePassword, fakeSecretKey } from '../../src/backend/fake';
import {
  fakeAnsweredCode,
  fakeDeviceCode,
  fakeDeviceWords,
  fakeFactorCode,
  fakeUsedCode,
} from '../../src/backend/fake/serverState';
import { testids } from '../../src/shared/testids';
import { everyLook, id, onPage, withBrowser } from './page';

withBrowser();

test('an account comes to a new computer, by way of its second factor', () =>
  onPage({ query: { state: 'first_run', factor: '' } }, async (page) => {
    await page.locator(id(testids.joinOpen)).click();
    await page.locator(id(testids.syncServer, ':focus')).waitFor();
    await everyLook(page, 'join-1-server');
    await page.locator(id(testids.syncServer)).fill('other.example.org');
    await page.keyboard.press('Enter');
    await page.locator(id(testids.syncServerError)).getByText('not a Coffer server').waitFor();
    await page.locator(id(testids.syncServer)).fill('vault.example.org');
    await page.keyboard.press('Enter');
    await page.locator(id(testids.joinLogin, ':focus')).fill('mara@example.org');
    // The name of the profile follows the login until it is typed.
    await expect.poll(() => page.locator(id(testids.joinName)).inputValue()).toBe('mara@example.org');
    await page.locator(id(testids.joinName)).fill('Mara');
    await page.locator(id(testids.joinLogin)).fill('mara');
    await expect.poll(() => page.locator(id(testids.joinName)).inputValue()).toBe('Mara');
    await page.locator(id(testids.joinPassword)).fill('wrong');
    const secretKey = page.locator(id(testids.joinSecretKey));
    const hint = page.locator(id(testids.joinSecretKeyHint));
    await secretKey.fill(fakeSecretKey.replace('6105', '6106'));
    await expect.poll(() => hint.getAttribute('data-state')).toBe('mistyped');
    await expect.poll(() => page.locator(id(testids.joinSubmit)).isDisabled()).toBe(true);
    await secretKey.fill(fakeSecretKey.toLowerCase().replaceAll('-', ' '));
    await expect.poll(() => hint.getAttribute('data-state')).toBe('good');
    await page.locator(id(testids.joinSubmit)).click();
    await page.locator(id(testids.joinError)).getByText('are wrong').waitFor();
    await page.locator(id(testids.joinPassword, ':focus')).waitFor();
    await everyLook(page, 'join-2-account');
    await page.locator(id(testids.joinPassword)).fill(fakePassword);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.syncFactorCode, ':focus')).waitFor();
    await everyLook(page, 'join-3-factor');
    // Going back keeps what was typed.
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator(id(testids.joinSubmit)).click();
    await page
      .locator(id(testids.syncFactorCode, ':focus'))
      .fill(`${fakeFactorCode.slice(0, 3)} ${fakeFactorCode.slice(3)}`);
    await page.keyboard.press('Enter');
    // The items appear as they arrive.
    await page.locator(id(testids.mainScreen)).waitFor();
    await page.locator(id(testids.syncIndicator, '[data-state="syncing"]')).waitFor();
    await page.locator(id(testids.itemRow)).first().waitFor();
    await page.locator(id(testids.syncIndicator, '[data-state="up_to_date"]')).waitFor();
    await page.locator(id(testids.itemRow, '[data-title="Bandcamp"]')).waitFor();
    await page.locator(id(testids.menuButton)).getByText('Mara').waitFor();
  }));

test('an account becomes a second profile, and each step leads back', () =>
  onPage({ query: { state: 'locked' } }, async (page) => {
    await page.locator(id(testids.unlockNewProfile)).click();
    await page.locator(id(testids.joinOpen)).click();
    await page.locator(id(testids.joinScreen, '[data-step="server"]')).waitFor();
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await page.locator(id(testids.firstRunScreen)).waitFor();
    await page.locator(id(testids.joinOpen)).click();
    await page.locator(id(testids.syncServer, ':focus')).fill('vault.example.org');
    await page.keyboard.press('Enter');
    await page.locator(id(testids.syncServerChange)).click();
    await page.locator(id(testids.syncServer, ':focus')).fill('coffer://connect#hQF4');
    await page.keyboard.press('Enter');
    await page.locator(id(testids.joinLogin, ':focus')).fill('mara');
    await page.locator(id(testids.joinPassword)).fill(fakePassword);
    await page.locator(id(testids.joinSecretKey)).fill(fakeSecretKey);
    await page.locator(id(testids.joinSubmit)).click();
    await page.locator(id(testids.mainScreen)).waitFor();
  }));

test('a computer is added by the code of another device', () =>
  onPage({ query: { state: 'first_run' } }, async (page) => {
    await page.locator(id(testids.joinOpen)).click();
    await page.locator(id(testids.syncServer, ':focus')).fill(fakeUsedCode);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.syncServerError)).getByText('already used').waitFor();
    await page.locator(id(testids.syncServer, ':focus')).fill(fakeDeviceCode);
    await page.keyboard.press('Enter');
    const words = page.locator(id(testids.approvalWords)).getByRole('listitem');
    await words.first().waitFor();
    await expect.poll(() => words.allInnerTexts()).toEqual(fakeDeviceWords);
    await everyLook(page, 'join-4-approval');
    await page.locator(id(testids.approvalCancel)).click();
    await page.locator(id(testids.syncServer, ':focus')).fill(fakeAnsweredCode);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.approvalPassword, ':focus')).fill('wrong');
    await expect.poll(() => page.locator(id(testids.approvalName)).inputValue()).toBe('mara@example.org');
    await page.keyboard.press('Enter');
    await page.locator(id(testids.approvalError)).getByText('are wrong').waitFor();
    await everyLook(page, 'join-5-approved');
    await page.locator(id(testids.approvalPassword, ':focus')).fill(fakePassword);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.mainScreen)).waitFor();
  }));

test('a picture of the Kit fills in everything but the password', () =>
  onPage({ query: { state: 'first_run' } }, async (page) => {
    await page.locator(id(testids.joinOpen)).click();
    await page.locator(id(testids.joinPick)).click();
    await page.locator(id(testids.joinPassword, ':focus')).fill(fakePassword);
    await expect.poll(() => page.locator(id(testids.joinLogin)).inputValue()).toBe('mara@example.org');
    await expect.poll(() => page.locator(id(testids.joinSecretKey)).inputValue()).toBe(fakeSecretKey);
    await everyLook(page, 'join-6-kit');
    await page.keyboard.press('Enter');
    await page.locator(id(testids.mainScreen)).waitFor();
  }));
