import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { fakePassword, fakeSecretKey } from '../../src/backend/fake';
import {
  fakeDeviceCode,
  fakeDeviceWords,
  fakeFactorCode,
  fakeFactorRecovery,
  fakeSignUpCode,
} from '../../src/backend/fake/serverState';
import { testids } from '../../src/shared/testids';
import { everyLook, id, onPage, picture, withBrowser } from './page';

withBrowser();

const strong = 'four quiet horses graze';

async function syncSettings(page: Page) {
  await page.locator(id(testids.mainScreen)).waitFor();
  await page.keyboard.press('Control+,');
  await page.locator(id(testids.settingsTab, '[data-tab="sync"]')).click();
  await page.locator(id(testids.syncSettings)).waitFor();
}

const stateIs = (page: Page, state: string) =>
  page.locator(id(testids.syncState, `[data-state="${state}"]`)).waitFor();

async function find(page: Page, server: string) {
  await page.locator(id(testids.syncServer)).fill(server);
  await page.keyboard.press('Enter');
}

test('a field that asks for the focus late does not get it from the one that the user has chosen', () =>
  onPage({}, async (page) => {
    await syncSettings(page);
    await find(page, 'https://vault.example.org');
    await page.locator(id(testids.syncLogin, ':focus')).waitFor();
    await page.locator(id(testids.syncServerChange)).click();
    // Frames wait until they are released.
    await page.evaluate(() => {
      const held: FrameRequestCallback[] = [];
      const real = globalThis.requestAnimationFrame;
      globalThis.requestAnimationFrame = (callback) => held.push(callback);
      Object.assign(globalThis, {
        releaseFrames: () => {
          globalThis.requestAnimationFrame = real;
          for (const callback of held) real(callback);
        },
      });
    });
    await find(page, 'https://vault.example.org');
    const password = page.locator(id(testids.syncPassword));
    await password.click();
    await page.keyboard.type('four quiet');
    await page.evaluate('releaseFrames()');
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    await page.keyboard.type(' horses');
    await expect.poll(() => password.inputValue()).toBe('four quiet horses');
    await expect.poll(() => page.locator(id(testids.syncLogin)).inputValue()).toBe('');
  }));

test('a profile is connected to a server, and the Kit is to be saved again', () =>
  onPage({}, async (page) => {
    await page.locator(id(testids.mainScreen)).waitFor();
    await expect.poll(() => page.locator(id(testids.syncIndicator)).count()).toBe(0);
    await syncSettings(page);
    await everyLook(page, 'sync-1-server');
    await find(page, 'no server');
    await page.locator(id(testids.syncServerError)).getByText('neither the address').waitFor();
    await page.locator(id(testids.syncServer, ':focus')).waitFor();
    await find(page, 'down.example.org');
    await page.locator(id(testids.syncServerError)).getByText('cannot be reached').waitFor();
    await find(page, 'https://vault.example.org');
    await page.locator(id(testids.syncLogin, ':focus')).fill('taken@example.org');
    await page.locator(id(testids.syncCode)).fill('WRONG');
    await page.locator(id(testids.syncPassword)).fill(fakePassword);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.syncConnectError)).getByText('sign-up code').waitFor();
    await page.locator(id(testids.syncCode)).fill(fakeSignUpCode.toLowerCase());
    await page.keyboard.press('Enter');
    await page.locator(id(testids.syncConnectError)).getByText('exists already').waitFor();
    await everyLook(page, 'sync-2-account');
    await page.locator(id(testids.syncLogin)).fill('mara@example.org');
    await page.locator(id(testids.syncCreate)).click();
    await page.locator(id(testids.syncKit)).waitFor();
    await stateIs(page, 'held');
    await page.locator(id(testids.syncUploadBegin)).click();
    await stateIs(page, 'up_to_date');
    await expect
      .poll(() => page.locator(id(testids.syncAccount)).textContent())
      .toContain('mara@example.org');
    await everyLook(page, 'sync-3-connected');
    await page.locator(id(testids.syncKitOpen)).click();
    await page.locator(id(testids.kitSave)).waitFor();
    await page.keyboard.press('Escape');
    await page.locator(id(testids.syncIndicator, '[data-state="up_to_date"]')).waitFor();
  }));

test('the words of an unknown server are compared', () =>
  onPage({}, async (page) => {
    await syncSettings(page);
    await find(page, 'vault.home.lan:8443');
    await page.locator(id(testids.syncWords)).getByText('anchor').waitFor();
    await page.locator(id(testids.syncWords, ' :focus')).getByText('right server').waitFor();
    await everyLook(page, 'sync-words');
    await page.locator(id(testids.syncWordsCancel)).click();
    await page.locator(id(testids.syncServer, ':focus')).waitFor();
    await page.keyboard.press('Enter');
    await page.locator(id(testids.syncWordsSame)).click();
    await page.locator(id(testids.syncLogin, ':focus')).waitFor();
    await page.locator(id(testids.syncServerChange)).click();
    await page.locator(id(testids.syncServer)).waitFor();
  }));

test('a server mails its sign-up code, and a connect code contains one', () =>
  onPage({}, async (page) => {
    await syncSettings(page);
    await find(page, 'mail.example.org');
    await page.locator(id(testids.syncLogin, ':focus')).fill('mara');
    await expect.poll(() => page.locator(id(testids.syncMailCode)).isDisabled()).toBe(true);
    await page.locator(id(testids.syncLogin)).fill('mara@example.org');
    await page.locator(id(testids.syncMailCode)).click();
    await page.getByText('Sent to mara@example.org').waitFor();
    await everyLook(page, 'sync-mail');
    await page.locator(id(testids.syncServerChange)).click();
    await find(page, 'coffer://connect#hQF4');
    await page.locator(id(testids.syncLogin, ':focus')).fill('mara');
    await expect.poll(() => page.locator(id(testids.syncCode)).count()).toBe(0);
    await page.locator(id(testids.syncPassword)).fill(fakePassword);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.syncKit)).waitFor();
  }));

test('a slow server shows what happens, and nothing is sent twice', () =>
  onPage({ query: { wait: '2000' } }, async (page) => {
    await syncSettings(page);
    await find(page, 'coffer://connect#hQF4');
    await page.locator(id(testids.syncLogin)).fill('mara');
    await page.locator(id(testids.syncPassword)).fill(fakePassword);
    await page.keyboard.press('Enter');
    await page.getByText('The account is being created').waitFor();
    await expect.poll(() => page.locator(id(testids.syncCreate)).isDisabled()).toBe(true);
    await picture(page, 'sync-creating');
    await page.locator(id(testids.syncKit)).waitFor();
  }));

test.each(['up_to_date', 'syncing', 'waiting', 'offline', 'signed_out'] as const)(
  'the state %s is always visible, and its settings say more',
  (state) =>
    onPage({ query: { sync: state } }, async (page) => {
      const indicator = page.locator(id(testids.syncIndicator, `[data-state="${state}"]`));
      await indicator.waitFor();
      await indicator.hover();
      await expect.poll(() => indicator.getAttribute('title')).toContain('vault.example.org');
      await everyLook(page, `sync-line-${state}`);
      await indicator.click();
      await stateIs(page, state);
      if (state !== 'offline' && state !== 'signed_out') {
        await page.locator(id(testids.syncDevice)).first().waitFor();
      }
      await everyLook(page, `sync-settings-${state}`);
    }),
);

test('changes wait while the server is out of reach, and trying it again does not flicker', () =>
  onPage({ query: { sync: 'offline' } }, async (page) => {
    const indicator = page.locator(id(testids.syncIndicator));
    await indicator.getByText('Offline, 3 waiting').waitFor();
    await page.locator(id(testids.itemRow)).first().click();
    await page.locator(id(testids.detailFavourite)).click();
    await indicator.getByText('Offline, 4 waiting').waitFor();
    await indicator.click();
    await page.locator(id(testids.syncNow)).click();
    await stateIs(page, 'syncing');
    await stateIs(page, 'offline');
    await page.locator(id(testids.syncProblem)).getByText('cannot be reached').waitFor();
  }));

test('signing out says what is not sent, and signing in asks for the second factor', () =>
  onPage({ query: { sync: 'waiting', factor: '' } }, async (page) => {
    await syncSettings(page);
    await page.locator(id(testids.syncSignOut)).click();
    await page.locator(id(testids.confirmDialog)).getByText('1 change is not sent yet').waitFor();
    await everyLook(page, 'sync-sign-out');
    await page.locator(id(testids.confirmNo)).click();
    await page.locator(id(testids.confirmDialog)).waitFor({ state: 'detached' });
    await page.locator(id(testids.syncSignOut)).click();
    await page.locator(id(testids.confirmYes)).click();
    await stateIs(page, 'signed_out');
    await page.locator(id(testids.syncSignInPassword)).fill('wrong');
    await page.keyboard.press('Enter');
    await page.locator(id(testids.syncSignInError)).waitFor();
    await page.locator(id(testids.syncSignInPassword, ':focus')).fill(fakePassword);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.syncFactorCode, ':focus')).fill('000000');
    await page.keyboard.press('Enter');
    await page.locator(id(testids.syncFactorError)).waitFor();
    await everyLook(page, 'sync-factor');
    await page.locator(id(testids.syncFactorKind, '[data-value="recovery"]')).check();
    await page.locator(id(testids.syncFactorCode)).fill(fakeFactorRecovery);
    await page.keyboard.press('Enter');
    await stateIs(page, 'up_to_date');
    await page.locator(id(testids.syncFactorStatus)).getByText('8 recovery codes left').waitFor();
  }));

test('a device is revoked with the password', () =>
  onPage({ query: { sync: 'up_to_date' } }, async (page) => {
    await syncSettings(page);
    const devices = page.locator(id(testids.syncDevice));
    await devices.first().waitFor();
    await expect.poll(() => devices.count()).toBe(3);
    await expect.poll(() => page.locator(id(testids.syncDeviceRevoke)).count()).toBe(2);
    await page.getByRole('button', { name: 'Revoke Mara’s laptop' }).click();
    await page.locator(id(testids.syncPasswordDialogField, ':focus')).fill('wrong');
    await page.keyboard.press('Enter');
    await page.locator(id(testids.syncPasswordDialogError)).waitFor();
    await everyLook(page, 'sync-revoke');
    await page.locator(id(testids.syncPasswordDialogField)).fill(fakePassword);
    await page.keyboard.press('Enter');
    await expect.poll(() => devices.count()).toBe(2);
    await page.locator(id(testids.syncPasswordDialog)).waitFor({ state: 'detached' });
  }));

test('a change of an account with a second factor asks for a code of it', () =>
  onPage({ query: { sync: 'up_to_date', factor: '' } }, async (page) => {
    await syncSettings(page);
    await page.getByRole('button', { name: 'Revoke Mara’s laptop' }).click();
    const password = page.locator(id(testids.syncPasswordDialogField));
    await password.fill(fakePassword);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.factorCode, ':focus')).waitFor();
    await expect.poll(() => password.inputValue()).toBe(fakePassword);
    await expect.poll(() => page.locator(id(testids.syncPasswordDialogError)).count()).toBe(0);
    await expect.poll(() => page.locator(id(testids.syncPasswordDialogSubmit)).isDisabled()).toBe(true);
    await everyLook(page, 'sync-revoke-factor');
    await page.keyboard.type('000000');
    await page.keyboard.press('Enter');
    await page.locator(id(testids.syncPasswordDialogError)).getByText('code are wrong').waitFor();
    await page.locator(id(testids.factorCode, ':focus')).fill(fakeFactorCode);
    await everyLook(page, 'sync-revoke-refused');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator(id(testids.syncDevice)).count()).toBe(2);
    await page.locator(id(testids.syncFactorOff)).click();
    await page.locator(id(testids.syncPasswordDialogField, ':focus')).fill(fakePassword);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.factorCode, ':focus')).fill(fakeFactorRecovery);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.syncFactorOn)).waitFor();
  }));

test('the password of an account is changed with its second factor', () =>
  onPage({ query: { sync: 'up_to_date', factor: '' } }, async (page) => {
    await syncSettings(page);
    await page.locator(id(testids.settingsTab, '[data-tab="password"]')).click();
    await page.getByText('also that of your account').waitFor();
    const fields = [testids.settingsNewPassword, testids.settingsRepeatPassword];
    for (const field of fields) await page.locator(id(field)).fill(strong);
    await page.getByText('Very strong').waitFor();
    await page.locator(id(testids.settingsCurrentPassword)).fill(fakePassword);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.factorCode, ':focus')).waitFor();
    for (const field of fields) await expect.poll(() => page.locator(id(field)).inputValue()).toBe(strong);
    await everyLook(page, 'sync-password-factor');
    await page.keyboard.type(fakeFactorCode);
    await page.keyboard.press('Enter');
    await page.getByText('Master password changed').waitFor();
    await page.locator(id(testids.factorCode)).waitFor({ state: 'detached' });
    await page.locator(id(testids.settingsCurrentPassword, ':focus')).waitFor();
  }));

test('all keys of a profile with a server change, the Secret Key too', () =>
  onPage({ query: { sync: 'up_to_date', speed: '1000000000' } }, async (page) => {
    await syncSettings(page);
    await page.locator(id(testids.settingsTab, '[data-tab="password"]')).click();
    await page.locator(id(testids.leakedOpen)).click();
    await page.locator(id(testids.leakedSecretKey)).waitFor();
    // The password may stay.
    await page.locator(id(testids.leakedPassword)).fill(fakePassword);
    await page.locator(id(testids.leakedSubmit)).scrollIntoViewIfNeeded();
    await everyLook(page, 'leaked-connected');
    await page.locator(id(testids.leakedSubmit)).click();
    await page.getByText('All keys changed').waitFor();
  }));

test('the Kit of a profile with a server says so', () =>
  onPage({ query: { sync: 'up_to_date' } }, async (page) => {
    await syncSettings(page);
    await page.locator(id(testids.settingsTab, '[data-tab="kit"]')).click();
    await page.locator(id(testids.settingsKit)).getByText('the address of your server').waitFor();
    await everyLook(page, 'sync-kit');
  }));

test('the second factor is turned on and off', () =>
  onPage({ query: { sync: 'up_to_date' } }, async (page) => {
    await syncSettings(page);
    await page.locator(id(testids.syncFactorOn)).click();
    await page.locator(id(testids.syncFactorSetupPassword, ':focus')).fill(fakePassword);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.syncFactorSecret)).waitFor();
    await page.locator(id(testids.syncFactorSetupCode, ':focus')).fill('000000');
    await page.keyboard.press('Enter');
    await page.locator(id(testids.syncFactorSetupError)).waitFor();
    await everyLook(page, 'sync-factor-offer');
    await page.locator(id(testids.syncFactorSetupCode)).fill(fakeFactorCode);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.syncFactorCodes)).waitFor();
    await expect.poll(() => page.locator(id(testids.syncFactorCodes, ' li')).count()).toBe(10);
    await everyLook(page, 'sync-factor-codes');
    // They are not shown again, so only the button closes them.
    await page.keyboard.press('Escape');
    await page.locator(id(testids.syncFactorKept)).click();
    await page.locator(id(testids.syncFactorSetup)).waitFor({ state: 'detached' });
    await page.locator(id(testids.syncFactorOff)).click();
    await page.locator(id(testids.syncPasswordDialogField)).fill(fakePassword);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.factorCode, ':focus')).fill(fakeFactorCode);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.syncFactorOn)).waitFor();
  }));

test('an alarm says what happened and what to do, and its vault can only be read', () =>
  onPage({ query: { sync: 'alarm' } }, async (page) => {
    await page.locator(id(testids.syncBanner)).getByText('Nothing was lost').waitFor();
    await page.locator(id(testids.syncIndicator, '[data-state="alarm"]')).waitFor();
    await page.locator(id(testids.itemRow, '[data-title="Alarm system"]')).click();
    await page.locator(id(testids.detailReadOnly)).getByText('contradicted itself').waitFor();
    for (const control of [testids.detailEdit, testids.detailFavourite]) {
      await expect.poll(() => page.locator(id(control)).isDisabled()).toBe(true);
    }
    await page.keyboard.press('Control+e');
    await everyLook(page, 'sync-alarm');
    await expect.poll(() => page.locator(id(testids.editor)).count()).toBe(0);
    await page.locator(id(testids.itemRow)).nth(1).click();
    await page.locator(id(testids.detailReadOnly)).waitFor({ state: 'detached' });
    await expect.poll(() => page.locator(id(testids.detailEdit)).isEnabled()).toBe(true);
    await page.locator(id(testids.syncBannerDetails)).click();
    await page.locator(id(testids.syncVault)).getByText('Entry 1,204').waitFor();
    await page.locator(id(testids.syncDevice)).first().waitFor();
    await expect.poll(() => page.locator(id(testids.syncVault, ' li')).count()).toBe(16);
    await page.locator(id(testids.syncEvidence)).click();
    await page.getByText('Evidence saved').first().waitFor();
    await everyLook(page, 'sync-settings-alarm');
  }));

test.each([
  ['refused', 'The server refused 2 changes'],
  ['missing', 'does not show this vault'],
  ['documents', 'not on this computer yet'],
  ['large', 'larger than the server accepts'],
  ['restoring', 'restored from a backup and lacks newer changes'],
  ['void', 'returned 2 entries that nobody was allowed to write'],
])('a vault with a problem is named: %s', (state, text) =>
  onPage({ query: { sync: state } }, async (page) => {
    await syncSettings(page);
    const vault = page.locator(id(testids.syncVault));
    await vault.getByText('Family').waitFor();
    await vault.getByText(text).waitFor();
    await expect
      .poll(() => page.getByText('2 documents still to be downloaded').count())
      .toBe(state === 'documents' ? 1 : 0);
    await everyLook(page, `sync-settings-${state}`);
  }),
);

test('the commands begin a synchronization, if there is a server', () =>
  onPage({ query: { sync: 'up_to_date', wait: '1500' } }, async (page) => {
    await page.locator(id(testids.syncIndicator, '[data-state="up_to_date"]')).waitFor();
    await page.keyboard.press('Control+k');
    await page.locator(id(testids.paletteEntry, '[data-command="syncNow"]')).click();
    await page.locator(id(testids.syncIndicator, '[data-state="syncing"]')).waitFor();
    await page.locator(id(testids.syncIndicator, '[data-state="up_to_date"]')).waitFor();
    await page.keyboard.press('Control+k');
    await page.locator(id(testids.paletteEntry, '[data-command="sync"]')).click();
    await page.locator(id(testids.syncSettings)).waitFor();
  }));

test('a profile without a server has no state, and a read-only one cannot be connected', () =>
  onPage({ query: { readOnly: '' } }, async (page) => {
    await page.locator(id(testids.mainScreen)).waitFor();
    await page.keyboard.press('Control+k');
    await page.locator(id(testids.paletteEntry, '[data-command="sync"]')).waitFor();
    await expect
      .poll(() => page.locator(id(testids.paletteEntry, '[data-command="syncNow"]')).count())
      .toBe(0);
    await page.keyboard.press('Escape');
    await page.locator(id(testids.palette)).waitFor({ state: 'detached' });
    await syncSettings(page);
    await expect.poll(() => page.locator(id(testids.syncServer)).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await page.locator(id(testids.settingsDialog)).waitFor({ state: 'detached' });
    await expect.poll(() => page.locator(id(testids.syncIndicator)).count()).toBe(0);
  }));

test('a reset password waits at the server, and is cancelled', () =>
  onPage({ query: { sync: 'reset_waiting' } }, async (page) => {
    await syncSettings(page);
    await page.locator(id(testids.syncReset)).getByText('works at the server from').waitFor();
    await everyLook(page, 'sync-reset');
    await page.locator(id(testids.syncResetCancel)).click();
    await page.locator(id(testids.confirmYes)).click();
    await page.locator(id(testids.syncReset)).getByText('was cancelled').waitFor();
    await page.locator(id(testids.syncResetRegister)).click();
    await page.locator(id(testids.syncPasswordDialogField, ':focus')).fill(fakePassword);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.syncReset)).getByText('works at the server from').waitFor();
  }));

test('a reset that another device asked for says what to do', () =>
  onPage({ query: { sync: 'reset_elsewhere' } }, async (page) => {
    await syncSettings(page);
    await page.locator(id(testids.syncReset)).getByText('Somebody used your recovery code').waitFor();
    await page.locator(id(testids.syncResetCancel)).click();
    await page.locator(id(testids.confirmYes)).click();
    await page.locator(id(testids.syncReset)).waitFor({ state: 'detached' });
  }));

test('the account is deleted once its login is typed, and the profile is local', () =>
  onPage({ query: { sync: 'up_to_date', factor: '' } }, async (page) => {
    await syncSettings(page);
    await page.locator(id(testids.syncDelete)).click();
    await page.locator(id(testids.syncLeavingLogin, ':focus')).fill('someone@example.org');
    await page.locator(id(testids.syncLeavingPassword)).fill(fakePassword);
    await expect.poll(() => page.locator(id(testids.syncLeavingSubmit)).isDisabled()).toBe(true);
    await everyLook(page, 'sync-delete');
    await page.locator(id(testids.syncLeavingLogin)).fill('mara@example.org');
    await page.locator(id(testids.syncLeavingSubmit)).click();
    await page.locator(id(testids.factorCode, ':focus')).fill(fakeFactorCode);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.syncAccount)).waitFor({ state: 'detached' });
    await page.locator(id(testids.syncLeaving)).waitFor({ state: 'detached' });
  }));

test('the account is moved to another server, and its old one deleted there', () =>
  onPage({ query: { sync: 'up_to_date', speed: '1' } }, async (page) => {
    await syncSettings(page);
    await page.locator(id(testids.syncMove)).click();
    await find(page, 'https://tresor.example.net');
    await page.locator(id(testids.syncLogin, ':focus')).fill('mara@example.net');
    await page.locator(id(testids.syncCode)).fill(fakeSignUpCode);
    await page.locator(id(testids.syncPassword)).fill(fakePassword);
    await everyLook(page, 'sync-move');
    await page.keyboard.press('Enter');
    const left = page.locator(id(testids.syncLeft));
    await left.getByText('Everything is at https://tresor.example.net').waitFor();
    await page.locator(id(testids.syncKit)).waitFor();
    await everyLook(page, 'sync-left');
    await page.locator(id(testids.syncLeftDelete)).click();
    await page.locator(id(testids.syncLeavingLogin, ':focus')).fill('mara@example.org');
    await page.locator(id(testids.syncLeavingPassword)).fill(fakePassword);
    await page.locator(id(testids.syncLeavingSubmit)).click();
    await left.waitFor({ state: 'detached' });
  }));

test('a Secret Key that was changed on another device is asked for', () =>
  onPage({ query: { sync: 'rekeyed' } }, async (page) => {
    await syncSettings(page);
    const password = page.locator(id(testids.syncSignInPassword));
    await password.fill(fakePassword);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.syncSignInError)).getByText('the account has another').waitFor();
    await everyLook(page, 'sync-rekeyed');
    await page.locator(id(testids.syncSignInSecretKey)).fill(fakeSecretKey);
    await page.keyboard.press('Enter');
    await stateIs(page, 'up_to_date');
  }));

test('one returns to the server that was left', () =>
  onPage({ query: { sync: 'left' } }, async (page) => {
    await syncSettings(page);
    await page.locator(id(testids.syncLeftBack)).click();
    await page.locator(id(testids.syncPasswordDialogField, ':focus')).fill(fakePassword);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.syncAccount)).getByText('https://tresor.example.net').waitFor();
    await page.locator(id(testids.syncLeftKeep)).click();
    await page.locator(id(testids.syncLeft)).waitFor({ state: 'detached' });
  }));

test('an account that another device has moved is followed', () =>
  onPage({ query: { sync: 'moved' } }, async (page) => {
    await syncSettings(page);
    await page.locator(id(testids.syncMoved)).getByText('https://tresor.example.net').waitFor();
    await everyLook(page, 'sync-moved');
    await page.locator(id(testids.syncMovedFollow)).click();
    await page.locator(id(testids.syncServer)).press('Enter');
    await page.locator(id(testids.syncPassword)).fill(fakePassword);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.syncMoved)).waitFor({ state: 'detached' });
    await page.locator(id(testids.syncAccount)).getByText('https://tresor.example.net').waitFor();
  }));

test('a server is left with what is only there named', () =>
  onPage({ query: { sync: 'documents' } }, async (page) => {
    await syncSettings(page);
    await page.locator(id(testids.syncLeave)).click();
    await page.locator(id(testids.syncLeavingLost)).getByText('2 documents are only at the server').waitFor();
    await everyLook(page, 'sync-leave');
    await page.locator(id(testids.syncLeavingSubmit)).click();
    await page.locator(id(testids.syncAccount)).waitFor({ state: 'detached' });
  }));

test('a lost device is revoked and the password changed in one go', () =>
  onPage({ query: { sync: 'up_to_date' } }, async (page) => {
    await syncSettings(page);
    await page.getByRole('button', { name: 'Mara’s laptop was lost' }).click();
    await page.locator(id(testids.syncLostPassword, ':focus')).fill(fakePassword);
    await page.locator(id(testids.syncLostNew)).fill('another staple of horses');
    await page.locator(id(testids.syncLostRepeat)).fill('another staple of horses');
    await everyLook(page, 'sync-lost');
    await page.locator(id(testids.syncLostSubmit)).click();
    await expect.poll(() => page.locator(id(testids.syncDevice)).count()).toBe(2);
  }));

test('an owner chooses what the server has of a vault in alarm', () =>
  onPage({ query: { sync: 'alarm' } }, async (page) => {
    await page.locator(id(testids.syncBannerDetails)).click();
    await page.locator(id(testids.syncHistoryChoose)).click();
    await page.locator(id(testids.syncPasswordDialog)).getByText('nothing written is lost').waitFor();
    await everyLook(page, 'sync-history-choose');
    await page.locator(id(testids.syncPasswordDialogField)).fill('correct horse battery staple');
    await page.locator(id(testids.syncPasswordDialogSubmit)).click();
    await page.locator(id(testids.syncAlarm)).waitFor({ state: 'detached' });
  }));

test('that a restored server has everything again is said afterwards', () =>
  onPage({ query: { sync: 'healed' } }, async (page) => {
    await syncSettings(page);
    const said = page.locator(id(testids.syncRestored));
    await said.getByText('all of them again').waitFor();
    await said.getByText('sent 14 of them').waitFor();
    await everyLook(page, 'sync-settings-healed');
  }));

test('a device that was added by password is compared with another one', () =>
  onPage({ query: { sync: 'unverified' } }, async (page) => {
    const indicator = page.locator(id(testids.syncIndicator));
    await indicator.getByText('Not verified up to date').waitFor();
    await syncSettings(page);
    await page.locator(id(testids.syncUnverified)).getByText('only the server says').waitFor();
    await page.locator(id(testids.syncCompare)).click();
    const dialog = page.locator(id(testids.syncCompareDialog));
    await dialog.getByText('1,204 entries').waitFor();
    await expect.poll(() => dialog.locator('li').count()).toBe(8);
    await everyLook(page, 'sync-compare');
    await page.locator(id(testids.syncCompareSame)).click();
    await page.locator(id(testids.syncUnverified)).waitFor({ state: 'detached' });
    await indicator.getByText('Up to date').waitFor();
  }));

test('the first synchronization says what is still to be received', () =>
  onPage({ query: { sync: 'verifying' } }, async (page) => {
    await page.locator(id(testids.syncIndicator)).getByText('Verifying, 5,210 left').waitFor();
    await syncSettings(page);
    await page.locator(id(testids.syncState)).getByText('may be outdated').waitFor();
    await everyLook(page, 'sync-settings-verifying');
  }));

test('a device is added by a code, and approved by its words', () =>
  onPage({ query: { sync: 'up_to_date' } }, async (page) => {
    await syncSettings(page);
    await page.locator(id(testids.syncAddOpen)).click();
    await expect.poll(() => page.locator(id(testids.syncAddCode)).inputValue()).toBe(fakeDeviceCode);
    await everyLook(page, 'sync-add-1-code');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator(id(testids.syncAdd)).waitFor({ state: 'detached' });
    // A device uses the next one.
    await page.locator(id(testids.syncAddOpen)).click();
    const words = page.locator(id(testids.syncAddWords)).getByRole('listitem');
    await words.first().waitFor();
    await expect.poll(() => words.allInnerTexts()).toEqual(fakeDeviceWords);
    await everyLook(page, 'sync-add-2-words');
    await page.locator(id(testids.syncAddRefuse)).click();
    await page.locator(id(testids.syncAdd)).waitFor({ state: 'detached' });
    await page.locator(id(testids.syncAddOpen)).click();
    await page.locator(id(testids.syncAddApprove)).click();
    await page.locator(id(testids.syncAdd)).waitFor({ state: 'detached' });
    await page.getByText('Now type the master password on the new device').waitFor();
  }));
