import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { fakePassword } from '../../src/backend/fake';
import { testids } from '../../src/shared/testids';
import { answering, everyLook, expectAccessible, id, onPage, withBrowser } from './page';
import { entry, member } from './sharingPage';
import { choose, group, openTab, openTeam, person, teamEntry, teamVault } from './teamsPage';

withBrowser();

const difference = (page: Page, kind: string) =>
  page.locator(id(testids.teamDifference, `[data-kind="${kind}"]`));

for (const lang of ['en', 'de'] as const) {
  test(`a team with its people, groups, vaults and rules (${lang})`, () =>
    onPage({ lang, query: { sync: 'up_to_date', team: 'company' } }, async (page) => {
      await teamEntry(page, 'Company').waitFor();
      await everyLook(page, `team-sidebar-${lang}`);
      await openTeam(page, 'Company');
      await person(page, 'Bengt').waitFor();
      await everyLook(page, `team-people-${lang}`);
      await openTab(page, 'groups');
      await group(page, 'Office').waitFor();
      await everyLook(page, `team-groups-${lang}`);
      await openTab(page, 'vaults');
      await difference(page, 'contradicted').waitFor();
      // Olle is no member of the team; the vault knows the name.
      await page.locator(id(testids.teamVaultOthers)).getByText('Olle').waitFor();
      await everyLook(page, `team-vaults-${lang}`);
      await openTab(page, 'rules');
      await page.locator(id(testids.teamRuleLock)).waitFor();
      await everyLook(page, `team-rules-${lang}`);
    }));

  test(`a team is created, with a group and a vault (${lang})`, () =>
    onPage({ lang, query: { sync: 'up_to_date', vault: 'Studio' } }, async (page) => {
      await expect.poll(() => page.locator(id(testids.teamNew)).count()).toBe(0);
      await page.locator(id(testids.menuButton)).click();
      await page.locator(id(testids.openNewTeam)).click();
      await page.locator(id(testids.teamMakeName, ':focus')).fill('Workshop');
      await page.locator(id(testids.teamMakeOwn)).fill('Mara');
      await everyLook(page, `team-make-${lang}`);
      await page.keyboard.press('Enter');
      await person(page, 'Mara').waitFor();
      await openTab(page, 'groups');
      await everyLook(page, `team-no-groups-${lang}`);
      await page.locator(id(testids.teamGroupNew)).click();
      await page.locator(id(testids.teamGroupName, ':focus')).fill('Everybody');
      await page.locator(id(testids.teamGroupPerson)).first().check();
      await everyLook(page, `team-group-${lang}`);
      await answering(page, true, () => page.keyboard.press('Enter'));
      await group(page, 'Everybody').getByText('Mara').waitFor();
      await openTab(page, 'vaults');
      await page.locator(id(testids.teamVaultAdd)).click();
      await page.locator(id(testids.teamGiveWhich, '[data-value]:not([data-value=""])')).waitFor();
      await group(page, 'Everybody').locator(id(testids.teamGiveRole)).click();
      await page.locator('[role="option"][data-value="editor"]').click();
      await everyLook(page, `team-give-${lang}`);
      await answering(page, true, () => page.locator(id(testids.teamFormSubmit)).click());
      await teamVault(page, 'Studio').getByText('Everybody').waitFor();
      await page.keyboard.press('Escape');
      await teamEntry(page, 'Workshop').waitFor();
      await entry(page, 'Studio').getByText('Team: Workshop').waitFor();
    }));
}

test('a team needs a server', () =>
  onPage({}, async (page) => {
    await page.locator(id(testids.openPalette)).click();
    await page.locator(id(testids.paletteInput, ':focus')).fill('create a team');
    await page.locator(id(testids.paletteEntry, '[data-command="makeTeam"][aria-selected="true"]')).waitFor();
    await page.keyboard.press('Enter');
    await page.locator(id(testids.teamMake)).locator(id(testids.sharingConnect, ':focus')).waitFor();
    await everyLook(page, 'team-local');
    await page.keyboard.press('Enter');
    await page.locator(id(testids.syncSettings)).waitFor();
  }));

test('a name that is too long stays in the form, with the reason', () =>
  onPage({ query: { sync: 'up_to_date' } }, async (page) => {
    await page.locator(id(testids.menuButton)).click();
    await page.locator(id(testids.openNewTeam)).click();
    await page.locator(id(testids.teamMakeName, ':focus')).fill('ü'.repeat(65));
    await page.locator(id(testids.teamMakeOwn)).fill('Mara');
    await page.keyboard.press('Enter');
    await page.locator(id(testids.teamMakeError)).getByText('Names have 1 to 128 bytes').waitFor();
    await page.locator(id(testids.teamMakeName, ':focus')).waitFor();
    await expectAccessible(page);
  }));

test('the directory is no vault among the others', () =>
  onPage({ query: { sync: 'up_to_date', team: 'company' } }, async (page) => {
    await teamEntry(page, 'Company').waitFor();
    await expect.poll(() => entry(page, 'Company').count()).toBe(0);
    await page.locator(id(testids.itemRow, '[data-title="Amazon"]')).click();
    await page.locator(id(testids.detailMore)).click();
    await page.locator(id(testids.detailMoveTo)).first().waitFor();
    const places = await page.locator(id(testids.detailMoveTo)).allTextContents();
    expect(places.map((place) => place.trim())).toEqual(['Move to “Works”', 'Move to “Finance”']);
    await page.keyboard.press('Escape');
    // A new vault is shown, not a team that happens to be in the answer.
    await page.locator(id(testids.vaultNew)).click();
    await page.locator(id(testids.placeName, ':focus')).fill('Attic');
    await page.keyboard.press('Enter');
    await entry(page, 'Attic').and(page.locator('[aria-current="page"]')).waitFor();
  }));

test('a member is suspended and resumed', () =>
  onPage({ query: { sync: 'up_to_date', team: 'company' } }, async (page) => {
    await openTeam(page, 'Company');
    await person(page, 'Jonas Lindqvist').getByText('in 2 vaults').waitFor();
    await choose(page, 'Jonas Lindqvist', testids.teamSuspend);
    await page.locator(id(testids.confirmDialog)).getByText('change those passwords').waitFor();
    await everyLook(page, 'team-suspend');
    await page.locator(id(testids.confirmNo)).click();
    await person(page, 'Jonas Lindqvist').and(page.locator('[data-state="active"]')).waitFor();
    await choose(page, 'Jonas Lindqvist', testids.teamSuspend);
    await page.locator(id(testids.confirmYes)).click();
    await person(page, 'Jonas Lindqvist').and(page.locator('[data-state="suspended"]')).waitFor();
    await person(page, 'Jonas Lindqvist').getByText('in 1 vault').waitFor();
    await openTab(page, 'vaults');
    // He is an owner of it, whom nobody there can remove now.
    await difference(page, 'remove_owner').getByText('nobody in the vault').waitFor();
    await openTab(page, 'people');
    await choose(page, 'Jonas Lindqvist', testids.teamResume);
    await page.locator(id(testids.confirmYes)).click();
    await person(page, 'Jonas Lindqvist').getByText('in 2 vaults').waitFor();
  }));

test('an owner is removed with the master password', () =>
  onPage({ query: { sync: 'up_to_date', team: 'fresh' } }, async (page) => {
    await openTeam(page, 'Studio');
    await choose(page, 'Ida', testids.teamRemove);
    await page.locator(id(testids.confirmYes)).click();
    await page.locator(id(testids.peoplePasswordField, ':focus')).fill('wrong');
    await page.keyboard.press('Enter');
    await page.locator(id(testids.peoplePasswordError)).getByText('password').waitFor();
    await everyLook(page, 'team-password');
    await page.locator(id(testids.peoplePasswordField, ':focus')).fill(fakePassword);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.peoplePassword)).waitFor({ state: 'detached' });
    await person(page, 'Ida').getByText('Former member').waitFor();
    await expect.poll(() => person(page, 'Ida').locator(id(testids.teamPersonMore)).count()).toBe(0);
  }));

test('words are shown here, and compared among the members', () =>
  onPage({ query: { sync: 'up_to_date', team: 'company' } }, async (page) => {
    await openTeam(page, 'Company');
    await choose(page, 'Ida', testids.teamPersonWords);
    await expect.poll(() => person(page, 'Ida').locator(id(testids.teamWords, ' li')).count()).toBe(8);
    await everyLook(page, 'team-words');
    await openTab(page, 'vaults');
    await difference(page, 'contradicted').locator(id(testids.teamDifferenceOpen)).click();
    await member(page, 'Ida').locator(id(testids.peopleCompare)).click();
    await everyLook(page, 'team-members');
    await member(page, 'Ida').locator(id(testids.peopleMatch)).click();
    await member(page, 'Ida').locator(id(testids.peopleContradicted)).waitFor({ state: 'detached' });
    // The team is shown again afterwards.
    await page.keyboard.press('Escape');
    await person(page, 'Ida').waitFor();
    await openTab(page, 'vaults');
    await difference(page, 'add').getByText('Ida is added as Viewer as soon as').waitFor();
  }));

test('a group is changed, deleted, and takes effect', () =>
  onPage({ query: { sync: 'up_to_date', team: 'company' } }, async (page) => {
    await openTeam(page, 'Company', 'groups');
    await group(page, 'Office').locator(id(testids.teamGroupOpen)).click();
    await page.locator(id(testids.teamGroupName, ':focus')).fill('Bureau');
    const jonas = page.locator('label').filter({ hasText: 'Jonas' }).locator('input');
    await expect.poll(() => jonas.isChecked()).toBe(true);
    await jonas.uncheck();
    await page.keyboard.press('Enter');
    await group(page, 'Bureau').waitFor();
    await person(page, 'Jonas Lindqvist').waitFor({ state: 'detached' });
    await openTab(page, 'people');
    await person(page, 'Jonas Lindqvist').getByText('Groups: Field work · in 1 vault').waitFor();
    await openTab(page, 'groups');
    await group(page, 'Bureau').locator(id(testids.teamGroupDelete)).click();
    await page.locator(id(testids.confirmDialog)).waitFor();
    await everyLook(page, 'team-group-delete');
    await page.locator(id(testids.confirmYes)).click();
    await group(page, 'Bureau').waitFor({ state: 'detached' });
    await page.getByText('Group “Bureau” deleted').waitFor();
  }));

test('what the user declines changes nothing', () =>
  onPage({ query: { sync: 'up_to_date', team: 'company' } }, async (page) => {
    await openTeam(page, 'Company', 'vaults');
    await teamVault(page, 'Works').locator(id(testids.teamVaultGive)).click();
    await person(page, 'Ida').locator(id(testids.teamGiveRole)).click();
    await page.locator('[role="option"][data-value="viewer"]').click();
    await answering(page, false, () => page.locator(id(testids.teamFormSubmit)).click());
    await expect.poll(() => page.locator(id(testids.teamError)).count()).toBe(0);
    await page.locator(id(testids.teamGive)).waitFor();
    await page.locator(id(testids.teamFormCancel)).click();
    await page.locator(id(testids.teamTab, '[data-tab="vaults"]:focus')).waitFor();
    await expect.poll(() => teamVault(page, 'Works').getByText('Ida: Viewer').count()).toBe(0);
  }));

test('a vault is taken out, here or from its own menu', () =>
  onPage({ query: { sync: 'up_to_date', team: 'company', vault: 'Own' } }, async (page) => {
    await entry(page, 'Works').click({ button: 'right' });
    await page.locator(id(testids.placeLeaveTeam)).click();
    await page.locator(id(testids.confirmDialog)).getByText('Its members stay').waitFor();
    await everyLook(page, 'team-leave');
    await page.locator(id(testids.confirmYes)).click();
    await entry(page, 'Works').getByText('Team: Company').waitFor({ state: 'detached' });
    // Who does not manage a vault takes it out of nothing.
    await entry(page, 'Finance').click({ button: 'right' });
    await page.locator(id(testids.placeTeam)).waitFor();
    await expect.poll(() => page.locator(id(testids.placeLeaveTeam)).count()).toBe(0);
    await page.locator(id(testids.placeTeam)).click();
    await openTab(page, 'vaults');
    await teamVault(page, 'Works').locator(id(testids.teamVaultUnfollowed)).waitFor();
    await everyLook(page, 'team-unfollowed');
    await teamVault(page, 'Works').locator(id(testids.teamVaultLeave)).click();
    await page.locator(id(testids.confirmYes)).click();
    await teamVault(page, 'Works').waitFor({ state: 'detached' });
    // It can be added again.
    await page.locator(id(testids.teamVaultAdd)).click();
    await page.locator(id(testids.teamGiveWhich)).click();
    const offered = await page.locator('[role="option"][data-value]').allTextContents();
    expect(offered.map((name) => name.trim()).sort()).toEqual(['Own', 'Works']);
  }));

test('a member reads what managers and owners change', () =>
  onPage({ query: { sync: 'up_to_date', team: 'club' } }, async (page) => {
    await openTeam(page, 'Chess club');
    await person(page, 'Sigrid').locator(id(testids.teamPersonMore)).click();
    await page.locator(id(testids.teamPersonWords)).waitFor();
    await expect.poll(() => page.locator(id(testids.teamSuspend)).count()).toBe(0);
    await page.keyboard.press('Escape');
    await openTab(page, 'groups');
    await expect.poll(() => page.locator(id(testids.teamGroupNew)).count()).toBe(0);
    await group(page, 'Everybody').locator(id(testids.teamGroupOpen)).click();
    await expect.poll(() => page.locator(id(testids.teamGroupPerson)).count()).toBe(3);
    await page.locator(id(testids.teamFormCancel, ':focus')).click();
    await openTab(page, 'vaults');
    await teamVault(page, 'Hall').locator(id(testids.teamVaultUnfollowed)).waitFor();
    await difference(page, 'remove_owner').getByText('Another owner must remove').waitFor();
    await expect.poll(() => page.locator(id(testids.teamVaultGive)).count()).toBe(0);
    await everyLook(page, 'team-vaults-read');
    await openTab(page, 'rules');
    await page.locator(id(testids.teamRules)).getByText('after 30 minutes').waitFor();
    await everyLook(page, 'team-rules-read');
  }));

test('rules are saved, and limit the settings', () =>
  onPage({ query: { sync: 'up_to_date', team: 'fresh' } }, async (page) => {
    await openTeam(page, 'Studio', 'rules');
    await expect.poll(() => page.locator(id(testids.teamFormSubmit)).isDisabled()).toBe(true);
    await page.locator(id(testids.teamRuleLock)).click();
    await page.locator('[role="option"][data-value="5"]').click();
    await page.locator(id(testids.teamRuleNoExport)).click();
    await page.locator(id(testids.teamFormSubmit)).click();
    await page.getByText('Rules saved').waitFor();
    await page.locator(id(testids.teamFormSubmit, ':disabled')).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+,');
    await page.locator(id(testids.settingsTab, '[data-tab="security"]')).click();
    await page.getByText('A team of yours asks to lock after 5 minutes').waitFor();
    await page.locator(id(testids.settingsLockAfter, '[data-value="5"]')).click();
    await page.locator('[role="option"][data-value="5"]').waitFor();
    await everyLook(page, 'team-settings');
    for (const [minutes, disabled] of [
      ['5', false],
      ['10', true],
      ['0', true],
    ] as const) {
      const option = page.locator(`[role="option"][data-value="${minutes}"]`);
      expect((await option.getAttribute('data-disabled')) !== null).toBe(disabled);
    }
  }));

test('a team that one is not in any more is removed from the profile', () =>
  onPage({ query: { sync: 'up_to_date', team: 'left' } }, async (page) => {
    await teamEntry(page, 'Old team').getByText('No longer a member').waitFor();
    await teamEntry(page, 'Old team').click();
    await page.locator(id(testids.teamGone)).waitFor();
    await everyLook(page, 'team-gone');
    await answering(page, true, () => page.locator(id(testids.teamForget)).click());
    await teamEntry(page, 'Old team').waitFor({ state: 'detached' });
  }));

test('a team is renamed, and deleted by the only one in it', () =>
  onPage({ query: { sync: 'up_to_date', team: 'company' } }, async (page) => {
    await teamEntry(page, 'Company').click({ button: 'right' });
    await page.locator(id(testids.placeRename)).waitFor();
    // Others are in it.
    await expect.poll(() => page.locator(id(testids.placeRemove)).count()).toBe(0);
    await page.locator(id(testids.placeRename)).click();
    await page.locator(id(testids.placeName, ':focus')).fill('Cooperative');
    await page.keyboard.press('Enter');
    await teamEntry(page, 'Cooperative').waitFor();
    await entry(page, 'Works').getByText('Team: Cooperative').waitFor();
    await page.locator(id(testids.teamNew)).click();
    await page.locator(id(testids.teamMakeName, ':focus')).fill('Alone');
    await page.locator(id(testids.teamMakeOwn)).fill('Mara');
    await page.keyboard.press('Enter');
    await person(page, 'Mara').waitFor();
    await page.keyboard.press('Escape');
    await teamEntry(page, 'Alone').click({ button: 'right' });
    await page.locator(id(testids.placeRemove)).click();
    await page.locator(id(testids.confirmDialog)).getByText('The vaults and what is in them stay').waitFor();
    await page.locator(id(testids.confirmYes)).click();
    await teamEntry(page, 'Alone').waitFor({ state: 'detached' });
  }));

test('a team that was closed is shown, not changed, and removed from the profile', () =>
  onPage({ query: { sync: 'up_to_date', team: 'closed' } }, async (page) => {
    await teamEntry(page, 'Festival').getByText('Closed').waitFor();
    await openTeam(page, 'Festival', 'groups');
    await page.locator(id(testids.teamGroupNew)).click();
    await page.locator(id(testids.teamGroupName, ':focus')).fill('Late');
    await page.keyboard.press('Enter');
    await page.locator(id(testids.teamError)).getByText('closed').waitFor();
    await page.locator(id(testids.teamGroupName, ':focus')).waitFor();
    await everyLook(page, 'team-error');
    await page.keyboard.press('Escape');
    await teamEntry(page, 'Festival').click({ button: 'right' });
    await answering(page, true, () => page.locator(id(testids.teamForget)).click());
    await teamEntry(page, 'Festival').waitFor({ state: 'detached' });
  }));

test('rules that are not saved stay while another part is shown', () =>
  onPage({ query: { sync: 'up_to_date', team: 'fresh' } }, async (page) => {
    await openTeam(page, 'Studio', 'rules');
    await page.locator(id(testids.teamRuleNoCopies)).click();
    await openTab(page, 'people');
    await openTab(page, 'rules');
    await page.locator(id(testids.teamRuleNoCopies, '[aria-checked="true"]')).waitFor();
    await page.locator(id(testids.teamFormSubmit, ':enabled')).waitFor();
  }));

test('a large team is searched and shown in parts', () =>
  onPage({ query: { sync: 'up_to_date', team: 'crowd' } }, async (page) => {
    await openTeam(page, 'Works council');
    await expect.poll(() => page.locator(id(testids.teamPerson)).count()).toBe(50);
    await page.locator(id(testids.teamMore)).click();
    await expect.poll(() => page.locator(id(testids.teamPerson)).count()).toBe(100);
    await page.locator(id(testids.teamFind)).fill('colleague 299');
    await expect.poll(() => page.locator(id(testids.teamPerson)).count()).toBe(1);
    await everyLook(page, 'team-find');
  }));

test('everything is reached by keyboard', () =>
  onPage({ query: { sync: 'up_to_date', team: 'company' } }, async (page) => {
    await page.locator(id(testids.openPalette)).click();
    await page.locator(id(testids.paletteInput, ':focus')).fill('open team');
    await page.locator(id(testids.paletteEntry, '[data-command^="team:"][aria-selected="true"]')).waitFor();
    await page.keyboard.press('Enter');
    await page.locator(id(testids.teamTab, '[data-tab="people"]:focus')).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.locator(id(testids.teamTab, '[data-tab="groups"]:focus')).waitFor();
    await group(page, 'Office').waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.locator(id(testids.teamTab, '[data-tab="people"]:focus')).waitFor();
    const reach = async (testid: string) => {
      for (let step = 0; step < 12; step += 1) {
        if ((await page.locator(id(testid, ':focus')).count()) > 0) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`${testid} is not reached`);
    };
    await reach(testids.teamMembers);
    await reach(testids.teamPersonMore);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.teamPersonWords, '[data-highlighted]:focus')).waitFor();
    await page.keyboard.press('Enter');
    await page.locator(id(testids.teamWords)).waitFor();
    await page.locator(id(testids.teamPersonMore, ':focus')).waitFor();
    await page.keyboard.press('Escape');
    await page.locator(id(testids.teamDialog)).waitFor({ state: 'detached' });
  }));
