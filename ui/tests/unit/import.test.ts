import { describe, expect, test } from 'vitest';
import { useBackend, type Backend, type ImportNote, type ImportPreview } from '../../src/backend';
import { ImportFlow } from '../../src/features/import/importFlow.svelte';
import { countNotes, filterNotes } from '../../src/features/import/notes';

const preview: ImportPreview = {
  token: 't1',
  file_name: 'export.json',
  format: 'bitwarden_json',
  items: 10,
  types: [{ item_type: 'login', count: 10 }],
  identical: 3,
  updates: 2,
  unchanged: 1,
  folders: 0,
  files: 0,
  table: false,
  escaped: 0,
  samples: [],
  notes: [],
};
const report = { token: 't1', imported: 7, updated: 0, skipped: 3, types: [], fields_mapped: 20, notes: [] };

/** A backend with given answers that records its calls. */
function answering(answers: Record<string, unknown>): string[] {
  const asked: string[] = [];
  useBackend({
    call: async (name: string, args: unknown) => {
      asked.push(`${name} ${JSON.stringify(args)}`);
      const answer = answers[name];
      if (answer instanceof Function) return answer();
      return answer;
    },
    on: () => () => undefined,
  } as unknown as Backend);
  return asked;
}

const failing = (code: string) => () => {
  throw { code, message: '' };
};

describe('an import', () => {
  test('goes from the file to the report and passes the choice', async () => {
    const asked = answering({ import_pick: { state: 'preview', ...preview }, import_commit: report });
    const flow = new ImportFlow();
    await flow.pick();
    expect([flow.step, flow.wanted]).toEqual(['preview', 7]);
    flow.skipIdentical = false;
    expect(flow.wanted).toBe(10);
    flow.folder = '  Old/2026 ';
    flow.tag = ' ';
    await flow.commit();
    expect(flow.step).toBe('report');
    expect(asked).toContain(
      'import_commit {"choice":{"token":"t1","skip_identical":false,"same":"keep","folder":"Old/2026"}}',
    );
    flow.discard();
    expect(asked.some((one) => one.startsWith('import_discard'))).toBe(false);
  });

  test('stays where it was when the user chooses no file', async () => {
    answering({ import_pick: null });
    const flow = new ImportFlow();
    await flow.pick();
    expect([flow.step, flow.failure]).toEqual(['start', undefined]);
  });

  test('shows why a file cannot be read and starts over', async () => {
    answering({ import_pick: failing('import_too_large') });
    const flow = new ImportFlow();
    await flow.pick();
    expect([flow.step, flow.failure]).toEqual(['start', { code: 'import_too_large', message: '' }]);
  });

  test('tells a cancelled import from a failed one', async () => {
    answering({ import_pick: { state: 'preview', ...preview }, import_commit: failing('cancelled') });
    const cancelled = new ImportFlow();
    await cancelled.pick();
    await cancelled.commit();
    expect([cancelled.step, cancelled.stopped, cancelled.failure]).toEqual(['start', true, undefined]);

    answering({ import_pick: { state: 'preview', ...preview }, import_commit: failing('disk_full') });
    const failed = new ImportFlow();
    await failed.pick();
    await failed.commit();
    expect([failed.step, failed.stopped]).toEqual(['start', false]);
    expect(failed.failure).toMatchObject({ code: 'disk_full' });
  });

  test('lets the program forget a file that was looked at only', async () => {
    const asked = answering({ import_pick: { state: 'preview', ...preview }, import_discard: null });
    const flow = new ImportFlow();
    await flow.pick();
    flow.discard();
    expect(asked).toContain('import_discard {"token":"t1"}');
    expect(flow.step).toBe('start');
  });

  test('does not write when nothing would be imported', async () => {
    const asked = answering({ import_pick: { state: 'preview', ...preview, identical: 10 } });
    const flow = new ImportFlow();
    await flow.pick();
    await flow.commit();
    expect(flow.step).toBe('preview');
    expect(asked.some((one) => one.startsWith('import_commit'))).toBe(false);
  });
});

describe('an encrypted file', () => {
  const locked = {
    state: 'locked',
    token: 't9',
    file_name: 'a.kdbx',
    format: 'keepass_kdbx',
    program: 'keepass',
    takes_key_file: true,
    wrong: false,
  };

  test('is asked about until it opens, and its cost accepted once it was shown', async () => {
    let answers: unknown[] = [
      { ...locked, wrong: true },
      { ...locked, cost: { memory_mib: 1024, seconds: 12 } },
      { state: 'preview', ...preview },
    ];
    const next = () => {
      const [first, ...rest] = answers;
      answers = rest;
      return first;
    };
    const asked = answering({ import_pick: locked, import_unlock: next });
    const flow = new ImportFlow();
    await flow.pick();
    expect(flow.step).toBe('locked');
    flow.password = 'a';
    await flow.unlock();
    expect([flow.step, flow.locked?.wrong]).toEqual(['locked', true]);
    await flow.unlock();
    expect(flow.locked?.cost?.seconds).toBe(12);
    await flow.unlock();
    expect([flow.step, flow.password, flow.sealed]).toEqual(['preview', '', true]);
    const accepted = asked.filter((call) => call.startsWith('import_unlock'));
    expect(accepted.map((call) => call.includes('"accept_cost":true'))).toEqual([false, false, true]);
  });

  test('is still asked about after an error, and forgotten with the dialog', async () => {
    const asked = answering({
      import_pick: locked,
      import_pick_key: { ...locked, key_file: 'a.key' },
      import_unlock: failing('key_file_damaged'),
      import_discard: null,
    });
    const flow = new ImportFlow();
    await flow.pick();
    await flow.pickKey();
    expect(flow.locked?.key_file).toBe('a.key');
    await flow.unlock();
    expect([flow.step, (flow.failure as { code: string }).code]).toEqual(['locked', 'key_file_damaged']);
    flow.discard();
    expect([flow.step, flow.locked]).toEqual(['start', undefined]);
    expect(asked.at(-1)).toBe('import_discard {"token":"t9"}');
  });
});

describe('remarks', () => {
  const note = (position: number, outcome: ImportNote['outcome']): ImportNote => ({
    position,
    title: '',
    field: '',
    outcome,
    reason: '',
  });
  const notes = [note(1, 'kept_as_custom_field'), note(2, 'not_kept'), note(3, 'row_skipped')];

  test('are all listed, what was lost first', () => {
    expect(filterNotes(notes, 'all').map((one) => one.position)).toEqual([2, 3, 1]);
    expect(filterNotes(notes, 'row_skipped').map((one) => one.position)).toEqual([3]);
    expect(countNotes(notes)).toEqual({
      not_kept: 1,
      kept_as_custom_field: 1,
      row_skipped: 1,
      not_needed: 0,
    });
  });

  test('asks about the columns of a table and keeps what was chosen', async () => {
    const columns = {
      state: 'columns',
      token: 't2',
      file_name: 'a.csv',
      header: true,
      columns: ['title', 'custom'].map((meaning) => ({ name: meaning, samples: [], meaning })),
      further: 0,
      western: false,
    };
    let answer: unknown = columns;
    const asked = answering({ import_pick: columns, import_table: () => answer });
    const flow = new ImportFlow();
    await flow.pick();
    expect([flow.step, flow.meanings]).toEqual(['columns', ['title', 'custom']]);
    flow.meanings = ['left_out', 'left_out'];
    expect(flow.explained).toBe(false);
    await flow.map();
    expect(asked).toHaveLength(1);
    flow.meanings[1] = 'password';
    answer = { state: 'preview', ...preview, format: 'mapped_csv', table: true };
    await flow.map();
    expect(flow.step).toBe('preview');
    await flow.setUnescape(true);
    const mapped = '"ask_columns":false,"header":true,"columns":["left_out","password"]';
    expect(asked[2]).toBe(`import_table {"request":{"token":"t1","unescape":true,${mapped}}}`);
    answer = { ...columns, header: false };
    await flow.askColumns(flow.mapped.header);
    expect([flow.step, flow.columns?.header, flow.meanings]).toEqual([
      'columns',
      false,
      ['left_out', 'password'],
    ]);
  });

  test('still asks about the columns after an error, and forgets them with the next file', async () => {
    const columns = {
      state: 'columns',
      token: 't2',
      file_name: 'a.csv',
      header: true,
      columns: [{ name: 'a', samples: [], meaning: 'title' }],
      further: 0,
      western: false,
    };
    const answers: Record<string, unknown> = { import_pick: columns, import_table: failing('import_empty') };
    answering(answers);
    const flow = new ImportFlow();
    await flow.pick();
    await flow.map();
    expect([flow.step, flow.meanings]).toEqual(['columns', ['title']]);
    answers['import_pick'] = { state: 'preview', ...preview, table: true };
    await flow.pick();
    expect([flow.step, flow.columns, flow.mapped]).toEqual(['preview', undefined, {}]);
  });

  test('counts what becomes of items that exist, and undoes and saves', async () => {
    const answers: Record<string, unknown> = {
      import_pick: { state: 'preview', ...preview },
      import_commit: { ...report, undo: 'u1' },
      undo: failing('not_found'),
      import_report_save: true,
    };
    const asked = answering(answers);
    const flow = new ImportFlow();
    await flow.pick();
    expect([flow.fresh, flow.wanted]).toEqual([4, 7]);
    flow.same = 'merge';
    expect(flow.wanted).toBe(6);
    flow.same = 'skip';
    expect(flow.wanted).toBe(4);
    expect(await flow.undo()).toBe(false);
    await flow.commit();
    expect(asked).toContain('import_commit {"choice":{"token":"t1","skip_identical":true,"same":"skip"}}');
    expect(await flow.saveReport()).toBe(true);
    expect(asked).toContain('import_report_save {"token":"t1"}');
    expect([await flow.undo(), flow.failure]).toEqual([false, { code: 'not_found', message: '' }]);
    answers['undo'] = { count: 0, left: [] };
    expect([await flow.undo(), flow.failure]).toEqual([true, undefined]);
    expect(asked).toContain('undo {"undo":"u1"}');
  });
});
