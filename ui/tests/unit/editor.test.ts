import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { call, useBackend, type Backend, type ItemDraft, type ItemView } from '../../src/backend';
import { Editor } from '../../src/features/items/editor.svelte';

const template = [
  { role: 'username', kind: 'text' },
  { role: 'password', kind: 'concealed' },
] as const;
const login = [...template];

const item: ItemView = {
  id: 'a',
  vault_id: 'v',
  revision: 'r1',
  item_type: 'login',
  title: 'Mail',
  fields: [
    { id: 'f2', label: 'PIN', kind: 'concealed', filled: true, past_values: 0, section: 'More' },
    { id: 'f0', role: 'username', label: '', kind: 'text', value: 'mara', filled: true, past_values: 0 },
    { id: 'f1', role: 'password', label: '', kind: 'concealed', filled: true, past_values: 2 },
  ],
  urls: ['https://mail.example'],
  url_rules: ['exact'],
  passkeys: [
    {
      id: 'k1',
      site: 'mail.example',
      site_name: '',
      user_name: 'mara',
      display_name: '',
      created_at: 1,
      discoverable: true,
      looks_wrong: false,
    },
  ],
  notes: '',
  tags: ['mail'],
  favourite: false,
  archived: false,
  reprompt: true,
  template: false,
  expires: '2031-12-24',
  created_at: 1,
  modified_at: 2,
  device: 'Laptop',
  attachments: [],
  superseded: [],
  revisions: 3,
};

interface Asked {
  name: string;
  args: Record<string, unknown>;
}
let asked: Asked[];
let answers: Record<string, (args: never) => unknown>;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  answers = {
    draft_save: () => 'd1',
    draft_discard: () => null,
    item_reveal: () => 'secret',
    item_save: () => item,
  };
  const backend = {
    call: async (name: string, args: Record<string, unknown>) => {
      asked.push({ name, args: JSON.parse(JSON.stringify(args)) as Record<string, unknown> });
      return answers[name]?.(args as never);
    },
    on: () => () => undefined,
  } as unknown as Backend;
  useBackend(backend);
});
afterEach(() => vi.useRealTimers());

const named = (name: string) => asked.filter((one) => one.name === name);

describe('a form', () => {
  test('is clean when opened and sends no untouched concealed value', () => {
    const editor = Editor.forItem(item, login);
    expect(editor.dirty).toBe(false);
    const draft = editor.draft();
    expect(draft.fields.map((field) => [field.id, field.value])).toEqual([
      ['f0', 'mara'],
      ['f1', undefined],
      ['f2', undefined],
    ]);
    expect(draft).toMatchObject({ id: 'a', base_revision: 'r1', tags: ['mail'], url_rules: ['exact'] });
    expect(draft).toMatchObject({
      expires: '2031-12-24',
      reprompt: true,
      template: false,
      removed_passkeys: [],
    });
  });

  test('stays clean when a value is revealed, not when changed', async () => {
    const editor = Editor.forItem(item, login);
    const field = editor.fields[1];
    if (!field) throw new Error('no password');
    await editor.reveal(field);
    expect(field.value).toBe('secret');
    expect(editor.dirty).toBe(false);
    field.value = 'other';
    expect(editor.dirty).toBe(true);
    expect(editor.draft().fields[1]).toMatchObject({ id: 'f1', value: 'other' });
  });

  test('clears a stored secret when it is emptied after revealing', async () => {
    const editor = Editor.forItem(item, login);
    const field = editor.fields[1];
    if (!field) throw new Error('no password');
    await editor.reveal(field);
    field.value = '';
    expect(editor.draft().fields[1]).toMatchObject({ id: 'f1', value: '' });
  });

  test('of a new item leaves out what was not filled in', () => {
    const editor = Editor.forNew('login', login, { tag: 'work' });
    expect(editor.dirty).toBe(false);
    editor.title = ' Mail ';
    editor.urls = [
      { url: '', rule: 'never' },
      { url: ' https://a.example ', rule: 'host' },
    ];
    expect(editor.draft()).toEqual({
      item_type: 'login',
      title: 'Mail',
      fields: [],
      urls: ['https://a.example'],
      url_rules: ['host'],
      removed_passkeys: [],
      notes: '',
      tags: ['work'],
      favourite: false,
      reprompt: false,
      template: false,
    });
  });

  test('puts a removed field back where it was', () => {
    const editor = Editor.forItem(item, login);
    const [first] = editor.fields;
    if (!first) throw new Error('no field');
    const undo = editor.removeField(first);
    expect(editor.fields.map((field) => field.id)).toEqual(['f1', 'f2']);
    undo();
    expect(editor.fields.map((field) => field.id)).toEqual(['f0', 'f1', 'f2']);
    expect(editor.dirty).toBe(false);
  });

  test('moves custom fields within their section only', () => {
    const editor = Editor.forItem(item, login);
    const added = editor.addField('text', 'Second', 'More');
    added.value = 'x';
    const custom = () =>
      editor.sections.map(({ title, fields }) => [title, fields.map(({ label }) => label)]);
    editor.moveField(added, -1);
    expect(custom()).toEqual([['More', ['Second', 'PIN']]]);
    editor.moveField(added, -1);
    expect(custom()).toEqual([['More', ['Second', 'PIN']]]);
    editor.addField('text', 'Third');
    expect(custom()).toEqual([
      [undefined, ['Third']],
      ['More', ['Second', 'PIN']],
    ]);
    expect(editor.fields.slice(0, 2).map(({ role }) => role)).toEqual(['username', 'password']);
  });

  test('has sections that are added, renamed and moved', () => {
    const editor = Editor.forItem(item, login);
    const titles = () => editor.sections.map(({ title }) => title);
    editor.addSection('More').label = 'A';
    expect(titles()).toEqual(['More', 'More 2']);
    editor.moveSection('More 2', -1);
    expect(titles()).toEqual(['More 2', 'More']);
    editor.renameSection('More 2', ' Bank ');
    expect(titles()).toEqual(['Bank', 'More']);
    expect(editor.draft().fields.map(({ section }) => section)).toEqual([
      undefined,
      undefined,
      'Bank',
      'More',
    ]);
    editor.renameSection('Bank', 'More');
    expect(editor.sections.map(({ fields }) => fields.length)).toEqual([2]);
    editor.renameSection('More', '');
    expect(titles()).toEqual([undefined]);
  });

  test('takes passkeys out and puts them back', () => {
    const editor = Editor.forItem(item, login);
    const [passkey] = editor.passkeys;
    if (!passkey) throw new Error('no passkey');
    const undo = editor.removePasskey(passkey);
    expect(editor.draft().removed_passkeys).toEqual(['k1']);
    undo();
    expect(editor.draft().removed_passkeys).toEqual([]);
    expect(editor.dirty).toBe(false);
  });

  test('of a template has its fields and open values under new names', () => {
    const editor = Editor.fromTemplate({ ...item, template: true }, login, { folder: 'Work' });
    expect(editor.itemId).toBeUndefined();
    const draft = editor.draft();
    expect(draft).toMatchObject({ title: '', folder: 'Work', template: false, reprompt: true });
    expect(draft.fields.map(({ id, label, value }) => [id, label, value])).toEqual([
      [undefined, '', 'mara'],
      [undefined, 'PIN', ''],
    ]);
    expect(editor.dirty).toBe(false);
  });
});

describe('a draft', () => {
  test('is sealed each second while something is changed, and only then', async () => {
    const editor = Editor.forItem(item, login);
    editor.start();
    await vi.advanceTimersByTimeAsync(3000);
    expect(named('draft_save')).toHaveLength(0);
    editor.title = 'Mail 2';
    await vi.advanceTimersByTimeAsync(3000);
    expect(named('draft_save')).toHaveLength(1);
    editor.notes = 'more';
    await vi.advanceTimersByTimeAsync(1000);
    const saved = named('draft_save');
    expect(saved).toHaveLength(2);
    expect(saved[0]?.args['draftId']).toBeUndefined();
    expect(saved[1]?.args['draftId']).toBe('d1');
    editor.stop();
    editor.notes = 'even more';
    await vi.advanceTimersByTimeAsync(3000);
    expect(named('draft_save')).toHaveLength(2);
  });

  test('goes with the saved item', async () => {
    const editor = Editor.forItem(item, login);
    editor.title = 'Mail 2';
    await editor.saveDraft();
    expect(await editor.save()).toEqual(item);
    expect(named('item_save')[0]?.args).toMatchObject({ draftId: 'd1', draft: { title: 'Mail 2' } });
  });

  test('is thrown away with the form', async () => {
    const editor = Editor.forItem(item, login);
    editor.title = 'Mail 2';
    await editor.saveDraft();
    await editor.discard();
    expect(named('draft_discard')[0]?.args).toEqual({ draftId: 'd1' });
  });

  test('comes back as it was typed and counts as changed', async () => {
    const draft: ItemDraft = {
      item_type: 'login',
      title: 'Half',
      fields: [{ role: 'password', label: '', kind: 'concealed', value: 'pw' }],
      urls: ['https://a.example'],
      url_rules: ['never'],
      removed_passkeys: ['k1'],
      notes: '',
      tags: [],
      favourite: false,
      reprompt: true,
      template: false,
    };
    const editor = Editor.forDraft('d7', draft, login);
    expect(editor.dirty).toBe(true);
    expect(editor.fields.map((field) => field.role)).toEqual(['username', 'password']);
    expect(editor.draft()).toMatchObject({ url_rules: ['never'], removed_passkeys: ['k1'], reprompt: true });
    await editor.saveDraft();
    expect(named('draft_save')).toHaveLength(0);
    await editor.save();
    expect(named('item_save')[0]?.args).toMatchObject({ draftId: 'd7' });
  });
});

test('a resumed draft of an existing item has every field of it', () => {
  const opened = Editor.forItem(item, login);
  // As the program stores and returns it.
  const draft = JSON.parse(JSON.stringify(opened.draft())) as ItemDraft;
  const resumed = Editor.forDraft('d1', draft, login, item);
  const look = ({ fields, sections }: Editor) => ({
    fields: fields.map(({ id, role, label, value }) => ({ id, role, label, value })),
    sections: sections.map(({ title, fields }) => [title, fields.length]),
  });
  expect(look(resumed)).toEqual(look(opened));
  expect(look(resumed).sections).toEqual([['More', 1]]);
});

test('after a conflict the next save builds on the newer revision', async () => {
  const editor = Editor.forItem(item, login);
  editor.title = 'Mine';
  let conflict = true;
  answers['item_save'] = () => {
    if (!conflict) return item;
    throw { code: 'conflict', message: '' };
  };
  answers['item_get'] = () => ({ ...item, revision: 'r2' });
  expect(await editor.save()).toBeUndefined();
  expect(editor.failure).toMatchObject({ code: 'conflict' });
  expect(editor.title).toBe('Mine');
  conflict = false;
  await editor.save();
  expect(named('item_save')[1]?.args).toMatchObject({ draft: { title: 'Mine', base_revision: 'r2' } });
  expect(await call('item_reveal', { itemId: 'a', fieldId: 'f1' })).toBe('secret');
});
