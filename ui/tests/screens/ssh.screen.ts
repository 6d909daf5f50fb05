import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { testids } from '../../src/shared/testids';
import { everyLook, id, onPage, withBrowser } from './page';

withBrowser();

/** Begins a new SSH key. */
async function begin(page: Page, title = 'Build server'): Promise<void> {
  await page.locator(id(testids.mainScreen)).waitFor();
  await page.keyboard.press('Control+n');
  await page.locator(id(testids.newType, '[data-type="ssh_key"]')).click();
  await page.locator(id(testids.sshPanel)).waitFor();
  await page.locator(id(testids.editTitle)).fill(title);
}

const field = (role: string) => id(testids.editField, `[data-role="${role}"]`);
const row = (role: string) => id(testids.fieldRow, `[data-role="${role}"]`);

for (const [kind, name, bits] of [
  ['ed25519', 'ssh-ed25519', 'Ed25519 256'],
  ['rsa4096', 'ssh-rsa', 'RSA 4096'],
  ['ecdsa_p384', 'ecdsa-sha2-nistp384', 'ECDSA 384'],
] as const) {
  test(`a key is generated, saved, and its public part copied (${kind})`, () =>
    onPage({}, async (page) => {
      await begin(page);
      await page.locator(id(testids.sshMake)).click();
      await page.locator(id(testids.sshKind, `[data-kind="${kind}"]`)).click();
      await page.locator(id(testids.sshHeld)).waitFor();
      await expect.poll(() => page.locator(id(testids.sshHeld)).textContent()).toContain(bits);
      await expect
        .poll(() => page.locator(field('public_key')).inputValue())
        .toMatch(new RegExp(`^${name} AAAA.* Build server$`));
      // The private half never comes into the form.
      await expect.poll(() => page.locator(field('private_key')).count()).toBe(0);
      if (kind === 'ed25519') await everyLook(page, 'ssh-made');
      const fingerprint = await page.locator(field('fingerprint')).inputValue();
      expect(fingerprint).toMatch(/^SHA256:/);
      await expect.poll(() => page.locator(id(testids.sshHeld)).textContent()).toContain(fingerprint);
      await page.locator(id(testids.editSave)).click();
      await page.locator(row('public_key')).waitFor();
      await expect
        .poll(() => page.locator(`${row('fingerprint')} ${id(testids.fieldValue)}`).textContent())
        .toContain(fingerprint);
      await page.locator(`${row('public_key')} ${id(testids.fieldCopy)}`).click();
      await page.getByText('Public key copied').waitFor();
      if (kind === 'ed25519') await everyLook(page, 'ssh-saved');
    }));
}

for (const lang of ['en', 'de'] as const) {
  test(`an encrypted key opens by its passphrase after a wrong one (${lang})`, () =>
    onPage({ lang }, async (page) => {
      await begin(page);
      await page.locator(id(testids.sshFile)).click();
      const passphrase = page.locator(id(testids.sshPassphrase));
      await passphrase.waitFor();
      // A user who chose the wrong file goes back without leaving the form.
      await page.locator(id(testids.sshCancel)).click();
      await passphrase.waitFor({ state: 'detached' });
      await expect.poll(() => page.locator(id(testids.editTitle)).inputValue()).toBe('Build server');
      await page.locator(id(testids.sshFile)).click();
      await expect.poll(() => passphrase.evaluate((field) => field === document.activeElement)).toBe(true);
      await expect.poll(() => page.locator(id(testids.sshOpen)).isDisabled()).toBe(true);
      await passphrase.fill('not this one');
      await page.keyboard.press('Enter');
      await expect.poll(() => passphrase.getAttribute('aria-invalid')).toBe('true');
      await everyLook(page, `ssh-passphrase-${lang}`);
      await passphrase.fill('coffer test');
      await page.keyboard.press('Enter');
      await page.locator(id(testids.sshHeld)).waitFor();
      await expect.poll(() => passphrase.count()).toBe(0);
      await expect
        .poll(() => page.locator(field('public_key')).inputValue())
        .toMatch(/^ecdsa-sha2-nistp384 /);
    }));
}

test('a clipboard without a key is an error, and the form stays', () =>
  onPage({}, async (page) => {
    await begin(page);
    await page.locator(id(testids.sshClipboard)).click();
    await page.locator(id(testids.sshFailure)).waitFor();
    await everyLook(page, 'ssh-failure');
    await expect.poll(() => page.locator(id(testids.editTitle)).inputValue()).toBe('Build server');
    // The next attempt clears what was said.
    await page.locator(id(testids.sshMake)).click();
    await page.locator(id(testids.sshKind, '[data-kind="ed25519"]')).click();
    await page.locator(id(testids.sshHeld)).waitFor();
    await expect.poll(() => page.locator(id(testids.sshFailure)).count()).toBe(0);
  }));
