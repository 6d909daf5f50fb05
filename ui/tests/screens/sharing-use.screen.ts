import { expect, test } from 'vitest';
import { fakePassword } from '../../src/backend/fake';
import { testids } from '../../src/shared/testids';
import { answering, everyLook, id, onPage, withBrowser } from './page';
import { entry, member, people, pending, setRole } from './sharingPage';

withBrowser();

test('a change that concerns an owner needs the master password', () =>
  onPage({ query: { sync: 'up_to_date', sharing: 'family' } }, async (page) => {
    await people(page, 'Family');
    await page.locator(id(testids.peopleOwners)).waitFor();
    await setRole(page, 'Jonas Lindqvist', 'owner');
    await page.locator(id(testids.confirmNo)).click();
    await expect.poll(() => pending(page, 'role').count()).toBe(1);
    await setRole(page, 'Jonas Lindqvist', 'owner');
    await page.locator(id(testids.confirmDialog)).waitFor();
    await everyLook(page, 'shared-owner');
    await page.locator(id(testids.confirmYes)).click();
    await page.locator(id(testids.peoplePasswordField, ':focus')).fill('wrong');
    await page.keyboard.press('Enter');
    await page.locator(id(testids.peoplePasswordError)).getByText('password').waitFor();
    await everyLook(page, 'shared-password');
    await page.locator(id(testids.peoplePasswordField, ':focus')).fill(fakePassword);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.peoplePassword)).waitFor({ state: 'detached' });
    await page.locator(id(testids.peopleMember, '[data-role="owner"]')).nth(1).waitFor();
    await page.locator(id(testids.peopleOwners)).waitFor({ state: 'detached' });
    // With a second owner one may go.
    await page.locator(id(testids.peopleLeave)).waitFor();
  }));

test('a second factor is asked for in a vault, and no more', () =>
  onPage({ query: { sync: 'up_to_date', sharing: 'family' } }, async (page) => {
    await people(page, 'Family');
    await page.locator(id(testids.peopleFactor)).click();
    await everyLook(page, 'shared-factor-question');
    await page.locator(id(testids.confirmYes)).click();
    await page.locator(id(testids.peoplePasswordField, ':focus')).fill(fakePassword);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.peopleFactorOn)).waitFor();
    await everyLook(page, 'shared-factor');
    await page.locator(id(testids.peopleFactor)).click();
    await page.locator(id(testids.confirmYes)).click();
    await page.locator(id(testids.peoplePasswordField, ':focus')).fill(fakePassword);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.peopleFactorOn)).waitFor({ state: 'detached' });
  }));

test('without the password nothing is changed', () =>
  onPage({ query: { sync: 'up_to_date', sharing: 'family' } }, async (page) => {
    await people(page, 'Family');
    await page.locator(id(testids.peopleClose)).click();
    await page.locator(id(testids.confirmYes)).click();
    await page.locator(id(testids.peoplePasswordField, ':focus')).waitFor();
    await page.keyboard.press('Escape');
    await page.locator(id(testids.peoplePassword)).waitFor({ state: 'detached' });
    await page.locator(id(testids.peopleDialog)).waitFor();
    await expect.poll(() => pending(page, 'close').count()).toBe(0);
    await expect.poll(() => page.locator(id(testids.peopleError)).count()).toBe(0);
  }));

test('offline, a removal waits and can be withdrawn', () =>
  onPage({ query: { sync: 'offline', sharing: 'family' } }, async (page) => {
    await people(page, 'Family');
    await member(page, 'Ida').locator(id(testids.peopleRemove)).click();
    await page.locator(id(testids.confirmDialog)).getByText('nobody can take it back').waitFor();
    await page.locator(id(testids.confirmYes)).click();
    await pending(page, 'remove').getByText('Ida is removed').waitFor();
    await member(page, 'Ida').waitFor();
    await pending(page, 'remove').filter({ hasText: 'Ida' }).locator(id(testids.peopleWithdraw)).click();
    await page.getByText('Ida is removed').waitFor({ state: 'detached' });
    // What had no effect is dismissed.
    await page.locator(id(testids.peoplePending, '[data-problem="member_unchanged"]')).waitFor();
    await page
      .locator(id(testids.peoplePending, '[data-problem="member_unchanged"]'))
      .locator(id(testids.peopleWithdraw))
      .click();
    await page
      .locator(id(testids.peoplePending, '[data-problem="member_unchanged"]'))
      .waitFor({ state: 'detached' });
  }));

test('online, a removal takes effect', () =>
  onPage({ query: { sync: 'up_to_date', sharing: 'family' } }, async (page) => {
    await people(page, 'Family');
    await member(page, 'Ida').locator(id(testids.peopleRemove)).click();
    await page.locator(id(testids.confirmYes)).click();
    await member(page, 'Ida').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await entry(page, 'Family').getByText('4 people').waitFor();
  }));

test('words are compared, also those of another key than before', () =>
  onPage({ query: { sync: 'up_to_date', sharing: 'family' } }, async (page) => {
    await people(page, 'Family');
    await member(page, 'Bengt').locator(id(testids.peopleContradicted)).waitFor();
    await member(page, 'Bengt').locator(id(testids.peopleCompare)).click();
    await expect.poll(() => member(page, 'Bengt').locator(id(testids.peopleWords, ' li')).count()).toBe(8);
    await member(page, 'Bengt').locator(id(testids.peopleDiffer)).click();
    await member(page, 'Bengt').getByRole('alert').getByText('Remove this member').waitFor();
    await everyLook(page, 'shared-differ');
    await member(page, 'Bengt').locator(id(testids.peopleMatch)).click();
    await member(page, 'Bengt').locator(id(testids.peopleVerified)).getByText('Words compared').waitFor();
    await expect.poll(() => member(page, 'Bengt').locator(id(testids.peopleContradicted)).count()).toBe(0);
    // Of the own words there is nothing to confirm.
    await member(page, 'Mara').locator(id(testids.peopleCompare)).click();
    await member(page, 'Mara').locator(id(testids.peopleWords)).waitFor();
    await expect.poll(() => member(page, 'Mara').locator(id(testids.peopleMatch)).count()).toBe(0);
  }));

test('an answer waits until it is accepted or declined', () =>
  onPage({ query: { sync: 'up_to_date', sharing: 'family' } }, async (page) => {
    await people(page, 'Family');
    await page.locator(id(testids.peopleAnswer)).getByText('Sigrid').waitFor();
    await answering(page, false, () => page.locator(id(testids.peopleLetIn)).click());
    await page.locator(id(testids.peopleAnswer)).waitFor();
    await expect.poll(() => page.locator(id(testids.peopleError)).count()).toBe(0);
    await answering(page, true, () => page.locator(id(testids.peopleLetIn)).click());
    await page.locator(id(testids.peopleAnswer)).waitFor({ state: 'detached' });
    await member(page, 'Sigrid').waitFor();
  }));

test('the link of an invitation is shown again, and the invitation withdrawn', () =>
  onPage({ query: { sync: 'up_to_date', sharing: 'family' } }, async (page) => {
    await people(page, 'Family');
    const invitations = page.locator(id(testids.peopleInvitation));
    await invitations.nth(1).waitFor();
    // The one that was made elsewhere has no link here.
    await expect.poll(() => page.locator(id(testids.peopleLink)).count()).toBe(1);
    await page.locator(id(testids.peopleLink)).click();
    await page.locator(id(testids.linkCopy, ':focus')).click();
    await page.getByText('Link copied').waitFor();
    await page.locator(id(testids.linkDone)).click();
    await page.locator(id(testids.peopleInvite, ':focus')).waitFor();
    await invitations.first().locator(id(testids.peopleRevoke)).click();
    await expect.poll(() => invitations.count()).toBe(1);
  }));

test('what a role does not permit is not offered', () =>
  onPage({ query: { sync: 'up_to_date', sharing: 'manager,viewer,family' } }, async (page) => {
    await people(page, 'Choir');
    await member(page, 'Ida').locator(id(testids.peopleRole)).waitFor();
    for (const name of ['Sigrid', 'Olle', 'Mara']) {
      await expect.poll(() => member(page, name).locator(id(testids.peopleRole)).count()).toBe(0);
      await expect.poll(() => member(page, name).locator(id(testids.peopleRemove)).count()).toBe(0);
    }
    await expect.poll(() => page.locator(id(testids.peopleClose)).count()).toBe(0);
    await member(page, 'Ida').locator(id(testids.peopleRole)).click();
    await expect.poll(() => page.locator('[role="option"][data-value]').count()).toBe(2);
    await page.keyboard.press('Escape');
    await page.locator(id(testids.peopleInvite)).click();
    await page.locator(id(testids.inviteRole)).first().waitFor();
    const offered = page.locator(id(testids.inviteRole));
    await expect
      .poll(() => offered.evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value)))
      .toEqual(['viewer', 'editor']);
    await page.locator(id(testids.inviteCancel)).click();
    await page.keyboard.press('Escape');

    await people(page, 'Recipes');
    await member(page, 'Ida').waitFor();
    for (const control of [
      testids.peopleInvite,
      testids.peopleRole,
      testids.peopleRemove,
      testids.peopleName,
      testids.peopleClose,
    ]) {
      await expect.poll(() => page.locator(id(control)).count()).toBe(0);
    }
    await page.locator(id(testids.peopleLeave)).waitFor();
    await page.keyboard.press('Escape');
    // Members of a vault are removed before it is deleted.
    await entry(page, 'Family').click({ button: 'right' });
    await page.locator(id(testids.placePeople)).waitFor();
    await expect.poll(() => page.locator(id(testids.placeRemove)).count()).toBe(0);
  }));

test('a viewer reads and copies, and writes nothing', () =>
  onPage({ query: { sync: 'up_to_date', sharing: 'viewer' } }, async (page) => {
    await entry(page, 'Recipes').click();
    await page.locator(id(testids.vaultNotice)).getByText('You are a viewer').waitFor();
    await expect.poll(() => page.locator(id(testids.newButton)).isDisabled()).toBe(true);
    await page.keyboard.press('Control+n');
    await expect.poll(() => page.locator(id(testids.newType)).count()).toBe(0);
    await page.locator(id(testids.itemRow, '[data-title="Amazon"]')).click();
    await page.locator(id(testids.detailReadOnly)).getByText('viewer').waitFor();
    await everyLook(page, 'shared-viewer');
    await expect.poll(() => page.locator(id(testids.detailEdit)).isDisabled()).toBe(true);
    await page.locator(id(testids.detailMore)).click();
    await page.locator(id(testids.detailCopyTo)).click();
    await page.getByText('Copied to “Personal”').waitFor();
    await entry(page, 'Personal').click();
    await page.locator(id(testids.itemRow, '[data-title="Amazon"]')).click();
    await page.locator(id(testids.detailEdit)).and(page.locator(':enabled')).waitFor();
  }));

test('a vault that one left is read, copied and removed', () =>
  onPage({ query: { sync: 'up_to_date', sharing: 'former,viewer' } }, async (page) => {
    await entry(page, 'Old office').click();
    await page.locator(id(testids.vaultNotice)).getByText('no longer a member').waitFor();
    await page.locator(id(testids.listPeople)).click();
    await member(page, 'Bengt').waitFor();
    await expect.poll(() => page.locator(id(testids.peopleLeave)).count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.locator(id(testids.itemRow, '[data-title="Nordbank"]')).waitFor();
    await everyLook(page, 'shared-former');
    await page.locator(id(testids.vaultCopyAll)).click();
    await page.locator(id(testids.copyAllTarget)).waitFor();
    await everyLook(page, 'shared-copy-all');
    // A vault that cannot be written is no target.
    await page.locator(id(testids.copyAllTarget)).click();
    await expect
      .poll(() => page.locator('[role="option"][data-value]').allTextContents())
      .toEqual([expect.stringContaining('Personal')]);
    await page.keyboard.press('Escape');
    await page.locator(id(testids.copyAllSubmit)).click();
    await page.getByText('1 item copied').waitFor();
    await answering(page, false, () => page.locator(id(testids.vaultForget)).click());
    await entry(page, 'Old office').waitFor();
    await answering(page, true, () => page.locator(id(testids.vaultForget)).click());
    await entry(page, 'Old office').waitFor({ state: 'detached' });
    await page.locator(id(testids.sidebarEntry, '[data-scope="all"][aria-current]')).waitFor();
    await entry(page, 'Personal').click();
    await page.locator(id(testids.searchField)).fill('Nordbank');
    await page.locator(id(testids.itemRow, '[data-title="Nordbank"]')).waitFor();
  }));

test('every vault that waits says for whom', () =>
  onPage({ query: { sync: 'up_to_date', sharing: 'waiting,due,newer,closed' } }, async (page) => {
    const notice = page.locator(id(testids.vaultNotice));
    await entry(page, 'Shared vault').click();
    await notice.getByText('An owner or manager of the vault sends it').waitFor();
    await everyLook(page, 'shared-waiting');
    await entry(page, 'Allotment').click();
    await notice.getByText('You can go on working meanwhile').waitFor();
    await entry(page, 'Lab').click();
    await notice.getByText('Update Coffer').waitFor();
    await expect.poll(() => page.locator(id(testids.vaultForget)).count()).toBe(0);
    await entry(page, 'Bazaar').click();
    await notice.getByText('closed this vault for all').waitFor();
    await page.locator(id(testids.vaultForget)).waitFor();
    await entry(page, 'Personal').click();
    await notice.waitFor({ state: 'detached' });
  }));

test('one leaves a vault', () =>
  onPage({ query: { sync: 'up_to_date', sharing: 'manager' } }, async (page) => {
    await people(page, 'Choir');
    await page.locator(id(testids.peopleLeave)).click();
    await page.locator(id(testids.confirmYes)).click();
    await page.locator(id(testids.peopleLeave)).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await entry(page, 'Choir').getByText('No longer a member').waitFor();
  }));

test('without a server, sharing and joining lead to its settings', () =>
  onPage({ query: { vault: 'Family' } }, async (page) => {
    await people(page, 'Family');
    await page.locator(id(testids.sharingConnect, ':focus')).waitFor();
    await everyLook(page, 'shared-local');
    await page.locator(id(testids.sharingConnect)).click();
    await page.locator(id(testids.syncServer)).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+k');
    await page.locator(id(testids.paletteInput, ':focus')).fill('join a shared');
    await page
      .locator(id(testids.paletteEntry, '[data-command="joinVault"][aria-selected="true"]'))
      .waitFor();
    await page.keyboard.press('Enter');
    await page.locator(id(testids.joinVault)).waitFor();
    await page.locator(id(testids.sharingConnect, ':focus')).waitFor();
  }));

test('an invitation that cannot be accepted says why', () =>
  onPage({ query: { sync: 'up_to_date', sharing: 'joining' } }, async (page) => {
    await page.locator(id(testids.vaultJoin)).click();
    for (const [link, why] of [
      ['coffer://join#expired-4uwmv0ct9qyh2', 'has expired'],
      ['coffer://join#used-4uwmv0ct9qyh2', 'is not open'],
      ['coffer://join#other-4uwmv0ct9qyh2', 'another vault'],
      ['https://join.example.org/4uwmv0ct9qyh2', 'not a complete invitation'],
    ] as const) {
      await page.locator(id(testids.joinVaultLink, ':focus')).fill(link);
      await page.locator(id(testids.joinVaultSubmit)).click();
      await page.locator(id(testids.joinVaultError)).getByText(why).waitFor();
    }
    // A vault that this profile knows has its name.
    await page.locator(id(testids.joinVaultLink, ':focus')).fill('coffer://join#again-4uwmv0ct9qyh2');
    await page.locator(id(testids.joinVaultSubmit)).click();
    await page.locator(id(testids.joinVault)).getByText('“Choir”').waitFor();
    await page.locator(id(testids.joinVaultCancel)).click();
    // One that was accepted can be withdrawn.
    await page.locator(id(testids.sidebarJoining)).getByText('Choir').click();
    await page.locator(id(testids.joiningDialog)).getByText('“Choir”').waitFor();
    await page.locator(id(testids.joiningWithdraw)).click();
    await page.locator(id(testids.sidebarJoining)).waitFor({ state: 'detached' });
  }));

test('a name is set, and one of many members found', () =>
  onPage({ query: { sync: 'up_to_date', sharing: 'crowd' } }, async (page) => {
    await people(page, 'Company');
    await page.locator(id(testids.peopleMember)).first().waitFor();
    await expect.poll(() => page.locator(id(testids.peopleMember)).count()).toBe(50);
    await page.locator(id(testids.peopleMore)).click();
    await expect.poll(() => page.locator(id(testids.peopleMember)).count()).toBe(100);
    await page.locator(id(testids.peopleFind)).fill('colleague 288');
    await expect.poll(() => page.locator(id(testids.peopleMember)).count()).toBe(1);
    await page.locator(id(testids.peopleName)).fill('  Mara L. ');
    await page.locator(id(testids.peopleNameSave)).click();
    await page.getByText('Name saved').waitFor();
    await page.locator(id(testids.peopleFind)).fill('');
    await member(page, 'Mara L.').waitFor();
  }));

test('a link that the system opened is read at once', () =>
  onPage({ query: { sync: 'up_to_date', invitation: '' } }, async (page) => {
    await page.locator(id(testids.joinVaultOffer)).waitFor();
    await page.locator(id(testids.joinVaultName, ':focus')).fill('Bo');
    await page.keyboard.press('Enter');
    await page.locator(id(testids.sidebarJoining)).waitFor();
  }));

test('a member who is no owner reads who may choose a history', () =>
  onPage({ query: { sync: 'alarm', sharing: 'manager' } }, async (page) => {
    await page.locator(id(testids.syncBannerDetails)).click();
    const owners = page.locator(id(testids.syncHistoryOwners));
    await owners.getByText('Alice Example').waitFor();
    await expect.poll(() => owners.count()).toBe(1);
    // The other vault is the user's own.
    await expect.poll(() => page.locator(id(testids.syncHistoryChoose)).count()).toBe(1);
    await owners.scrollIntoViewIfNeeded();
    await everyLook(page, 'sync-history-owners');
  }));

test('an owner chooses a history for members with an alarm', () =>
  onPage({ query: { sync: 'up_to_date', sharing: 'family' } }, async (page) => {
    await people(page, 'Family');
    await page.locator(id(testids.peopleHistory)).click();
    await page.locator(id(testids.syncPasswordDialogField)).fill(fakePassword);
    await page.locator(id(testids.syncPasswordDialogSubmit)).click();
    await page.getByText('The other members follow').waitFor();
  }));
