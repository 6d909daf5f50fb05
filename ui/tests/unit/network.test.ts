import { expect, test } from 'vitest';
import type { NetworkView } from '../../src/backend';
import { NetworkForm } from '../../src/features/sync/networkForm.svelte';

const stored: NetworkView = {
  proxy: { kind: 'own', address: 'http://proxy.example:3128', user: 'mara', has_password: true },
  authority: { file: 'ca.pem', certificates: [] },
  upload: 512,
  download: 0,
};

test('a form that nobody touched keeps what is stored', () => {
  const form = new NetworkForm(stored);
  expect(form.plain).toBe(false);
  expect(form.choice()).toEqual({
    proxy: { kind: 'own', address: 'http://proxy.example:3128', user: 'mara' },
    authority: { use: 'stored' },
    upload: 512,
    download: 0,
  });
});

test('a typed password replaces the stored one, and without a name there is none', () => {
  const form = new NetworkForm(stored);
  form.password = 'four horses';
  expect(form.choice().proxy.password).toBe('four horses');
  form.take(stored);
  expect(form.password).toBe('');
  form.user = '';
  expect(form.choice().proxy.password).toBe('');
});

test('an authority is stored, picked or none', () => {
  const form = new NetworkForm();
  expect(form.plain).toBe(true);
  expect(form.choice().authority).toEqual({ use: 'none' });
  form.pick({ token: '0f', authority: { file: 'ca.pem', certificates: [] } });
  expect(form.plain).toBe(false);
  expect(form.choice().authority).toEqual({ use: 'picked', token: '0f' });
  form.removeAuthority();
  expect(form.choice().authority).toEqual({ use: 'none' });
});

test('a limit that is no number is out of range, never none', () => {
  const form = new NetworkForm();
  for (const [text, limit] of [
    ['', 0],
    ['64', 64],
    ['1,024', 1024],
    ['1.024', 1024],
    ['fast', 1],
    ['-5', 1],
    ['12345678901', 1],
  ] as const) {
    form.upload = text;
    expect(form.choice().upload, text).toBe(limit);
  }
});
