import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { call, useBackend, type Backend, type FieldTemplate } from '../../src/backend';
import { fakePassphrase } from '../../src/backend/fake/sshKeys';
import { makeFake } from '../../src/backend/fake';
import { Editor } from '../../src/features/items/editor.svelte';

const template: FieldTemplate[] = [
  { role: 'private_key', kind: 'secret_lines' },
  { role: 'public_key', kind: 'lines' },
  { role: 'fingerprint', kind: 'text' },
];

let backend: Backend;
const asked: { name: string; args: unknown }[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  asked.length = 0;
  const fake = makeFake({ state: 'unlocked' });
  backend = {
    call: (name, args) => {
      asked.push({ name, args });
      return fake.call(name, args);
    },
    on: (name, handler) => fake.on(name, handler),
  };
  useBackend(backend);
});
afterEach(() => vi.useRealTimers());

const value = (editor: Editor, role: string) => editor.fields.find((field) => field.role === role)?.value;

describe('an SSH key in the editor', () => {
  test('is made by the program and only its public half comes into the form', async () => {
    const editor = Editor.forNew('ssh_key', template, {});
    editor.title = 'Server';
    await editor.addKey((form) => call('ssh_key_generate', { ...form, kind: 'ed25519' }));
    expect(editor.sshKey?.algorithm).toBe('Ed25519');
    expect(value(editor, 'public_key')).toBe(editor.sshKey?.public_key);
    expect(value(editor, 'fingerprint')).toBe(editor.sshKey?.fingerprint);
    expect(value(editor, 'private_key')).toBeUndefined();
    expect(editor.dirty).toBe(true);
    const item = await editor.save();
    expect(item?.fields.find(({ role }) => role === 'private_key')?.filled).toBe(true);
    // The draft that was made for the key is the one that is saved.
    const saved = asked.find(({ name }) => name === 'item_save')?.args as { draftId?: string };
    expect(saved.draftId).toBeDefined();
    expect(JSON.stringify(asked)).not.toContain('PRIVATE KEY');
  });

  test('stays with the draft that is kept while typing goes on', async () => {
    const editor = Editor.forNew('ssh_key', template, {});
    editor.title = 'Server';
    await editor.saveDraft();
    await editor.addKey((form) => call('ssh_key_generate', { ...form, kind: 'rsa4096' }));
    editor.title = 'Another server';
    await editor.saveDraft();
    const drafts = asked.filter(({ name }) => name.startsWith('draft_save') || name.startsWith('ssh_'));
    const ids = drafts.slice(1).map(({ args }) => (args as { draftId?: string }).draftId);
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toBeDefined();
  });

  test('is not held after a wrong passphrase, and is after the right one', async () => {
    const editor = Editor.forNew('ssh_key', template, {});
    const read = (passphrase?: string) =>
      editor.addKey((form) =>
        call('ssh_key_read', {
          ...form,
          source: passphrase === undefined ? 'file' : 'again',
          ...(passphrase === undefined ? {} : { passphrase }),
        }),
      );
    await expect(read()).rejects.toMatchObject({ code: 'passphrase_needed' });
    await expect(read('wrong')).rejects.toMatchObject({ code: 'passphrase_wrong' });
    expect([editor.sshKey, editor.addingKey]).toEqual([undefined, false]);
    await read(fakePassphrase);
    expect(editor.sshKey?.algorithm).toBe('ECDSA');
  });

  test('changes nothing when the file dialog is cancelled', async () => {
    const editor = Editor.forNew('ssh_key', template, {});
    await editor.addKey(() => Promise.resolve(null));
    expect([editor.sshKey, editor.dirty, editor.addingKey]).toEqual([undefined, false, false]);
  });

  test('holds saving off until it is there', async () => {
    const editor = Editor.forNew('ssh_key', template, {});
    editor.title = 'Server';
    let finish = () => {};
    const made = new Promise<void>((resolve) => (finish = resolve));
    const taking = editor.addKey(async (form) => {
      await made;
      return call('ssh_key_generate', { ...form, kind: 'ed25519' });
    });
    await Promise.resolve();
    const saving = editor.save();
    finish();
    await taking;
    const item = await saving;
    expect(item?.fields.find(({ role }) => role === 'private_key')?.filled).toBe(true);
  });
});
