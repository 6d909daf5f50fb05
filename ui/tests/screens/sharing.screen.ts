import { expect, test } from 'vitest';
import { fakeInvitation } from '../../src/backend/fake/sharing';
import { testids } from '../../src/shared/testids';
import { answering, everyLook, id, onPage, withBrowser } from './page';
import { entry, member, people } from './sharingPage';

withBrowser();

const everything = 'family,invited,manager,viewer,due,waiting,former,newer,closed,joining';

for (const lang of ['en', 'de'] as const) {
  test(`the sidebar shows shared vaults and their states (${lang})`, () =>
    onPage({ lang, query: { sync: 'up_to_date', sharing: everything } }, async (page) => {
      await page.locator(id(testids.sidebarJoining)).waitFor();
      await everyLook(page, `shared-sidebar-${lang}`);
      const lines = (label: string) => entry(page, label).locator(id(testids.sidebarState)).allTextContents();
      if (lang === 'en') {
        await expect.poll(() => lines('Family')).toEqual(['5 people']);
        await expect.poll(() => lines('Holiday')).toEqual(['1 invitation open']);
        await expect.poll(() => lines('Recipes')).toEqual(['Shared by Jonas Lindqvist', 'Read-only']);
        await expect.poll(() => lines('Allotment')).toEqual(['Shared by Sigrid', 'New key is due']);
        await expect.poll(() => lines('Shared vault')).toEqual(['Shared with you', 'Waiting for the key']);
        await expect.poll(() => lines('Old office')).toEqual(['Shared by Bengt', 'No longer a member']);
        await expect.poll(() => lines('Lab')).toEqual(['Shared by Sigrid', 'Needs a newer program']);
        await expect.poll(() => lines('Bazaar')).toEqual(['Shared by Olle', 'Closed']);
        await entry(page, 'Family').locator(id(testids.sidebarAnswers)).getByText('1 answer waits').waitFor();
      }
      await page.locator(id(testids.sidebarJoining)).click();
      await page.locator(id(testids.joiningDialog)).waitFor();
      await everyLook(page, `shared-joining-${lang}`);
    }));

  test(`the people of a vault and what waits (${lang})`, () =>
    onPage({ lang, query: { sync: 'offline', sharing: 'family' } }, async (page) => {
      await people(page, 'Family');
      await page.locator(id(testids.peoplePending)).first().waitFor();
      await everyLook(page, `shared-people-${lang}`);
      await page.locator(id(testids.peopleMember)).last().scrollIntoViewIfNeeded();
      await member(page, 'Ida').locator(id(testids.peopleCompare)).click();
      await page.locator(id(testids.peopleWords)).waitFor();
      await everyLook(page, `shared-words-${lang}`);
      await page.locator(id(testids.peopleClose)).scrollIntoViewIfNeeded();
      await everyLook(page, `shared-people-below-${lang}`);
    }));

  test(`a vault is shared by a link (${lang})`, () =>
    onPage({ lang, query: { sync: 'up_to_date', vault: 'Family' } }, async (page) => {
      await people(page, 'Family');
      await page.locator(id(testids.inviteFor, ':focus')).fill('Jonas');
      await page.locator(id(testids.inviteRole, '[value="viewer"]')).check();
      await page.locator(id(testids.inviteOwn)).fill('Mara');
      await everyLook(page, `shared-invite-${lang}`);
      await answering(page, true, () => page.locator(id(testids.inviteSubmit)).click());
      await page.locator(id(testids.linkCopy, ':focus')).waitFor();
      await everyLook(page, `shared-link-${lang}`);
      await expect
        .poll(() => page.locator(id(testids.linkText)).inputValue())
        .toMatch(/^coffer:\/\/join#\S{60,}$/);
      await page.locator(id(testids.linkDone)).click();
      await page.locator(id(testids.peopleInvitation, '[data-role="viewer"]')).waitFor();
    }));

  test(`an invitation is accepted, waits and arrives (${lang})`, () =>
    onPage({ lang, query: { sync: 'up_to_date' } }, async (page) => {
      await page.locator(id(testids.menuButton)).click();
      await page.locator(id(testids.openJoinVault)).click();
      await page.locator(id(testids.joinVaultLink, ':focus')).fill('coffer://join#abc');
      await page.locator(id(testids.joinVaultSubmit)).click();
      await page.locator(id(testids.joinVaultError)).waitFor();
      await everyLook(page, `shared-join-${lang}`);
      await page.locator(id(testids.joinVaultLink, ':focus')).fill(`  ${fakeInvitation}\n`);
      await page.locator(id(testids.joinVaultSubmit)).click();
      await page.locator(id(testids.joinVaultName, ':focus')).fill('Mara');
      await everyLook(page, `shared-offer-${lang}`);
      await page.keyboard.press('Enter');
      await page.locator(id(testids.sidebarJoining)).waitFor();
      // The first synchronization sends the answer, the next one brings the vault.
      await page.locator(id(testids.syncIndicator, '[data-state="up_to_date"]')).waitFor();
      await page.locator(id(testids.syncIndicator)).click();
      await page.locator(id(testids.syncNow)).click();
      await page.keyboard.press('Escape');
      await entry(page, 'Garden club').waitFor();
      await page.locator(id(testids.sidebarJoining)).waitFor({ state: 'detached' });
    }));
}
