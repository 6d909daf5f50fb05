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
  revision: 'r1',
  item_type: 'login',
  title: 'Mail',
  fields: [
    { id: 'f2', label: 'PIN', kind: 'concealed', filled: true, past_values: 0, section: 'More' },
    { id: 'f0', role: 'username', label: '', kind: 'text', value: 'mara', filled: true, past_values: 0 },
    { id: 'f1', role: 'password', label: '', kind: 'concealed', filled: true, past_values: 2 },
  ],
  urls: ['https://mail.example'],
  notes: '',
  tags: ['mail'],
  favourite: false,
  archived: false,
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
  test('is clean when it opens and sends no concealed value that was not touched', () => {
    const editor = Editor.forItem(item, login);
    expect(editor.dirty).toBe(false);
    const draft = editor.draft();
    expect(draft.fields.map((field) => [field.id, field.value])).toEqual([
      ['f0', 'mara'],
      ['f1', undefined],
      ['f2', undefined],
    ]);
    expect(draft).toMatchObject({ id: 'a', base_revision: 'r1', tags: ['mail'] });
  });

  test('stays clean when a value is only revealed, and is not when it is changed', async () => {
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
    editor.urls = ['', ' https://a.example '];
    expect(editor.draft()).toEqual({
      item_type: 'login',
      title: 'Mail',
      fields: [],
      urls: ['https://a.example'],
      notes: '',
      tags: ['work'],
      favourite: false,
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

  test('moves custom fields among themselves only', () => {
    const editor = Editor.forItem(item, login);
    const added = editor.addField('text', 'Second');
    added.value = 'x';
    editor.moveField(added, -1);
    expect(editor.fields.map((field) => field.label)).toEqual(['', '', 'Second', 'PIN']);
    editor.moveField(editor.fields[2] ?? added, -1);
    expect(editor.fields.map((field) => field.label)).toEqual(['', '', 'Second', 'PIN']);
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
    await editor.keep();
    expect(await editor.save()).toEqual(item);
    expect(named('item_save')[0]?.args).toMatchObject({ draftId: 'd1', draft: { title: 'Mail 2' } });
  });

  test('is thrown away with the form', async () => {
    const editor = Editor.forItem(item, login);
    editor.title = 'Mail 2';
    await editor.keep();
    await editor.discard();
    expect(named('draft_discard')[0]?.args).toEqual({ draftId: 'd1' });
  });

  test('comes back as it was typed and counts as changed', async () => {
    const draft: ItemDraft = {
      item_type: 'login',
      title: 'Half',
      fields: [{ role: 'password', label: '', kind: 'concealed', value: 'pw' }],
      urls: [],
      notes: '',
      tags: [],
      favourite: false,
    };
    const editor = Editor.forDraft('d7', draft, login);
    expect(editor.dirty).toBe(true);
    expect(editor.fields.map((field) => field.role)).toEqual(['username', 'password']);
    await editor.keep();
    expect(named('draft_save')).toHaveLength(0);
    await editor.save();
    expect(named('item_save')[0]?.args).toMatchObject({ draftId: 'd7' });
  });
});

test('after a conflict what was typed stays and the next save builds on the newer revision', async () => {
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
