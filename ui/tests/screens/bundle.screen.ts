import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { build, preview } from 'vite';
import { beforeAll, expect, test } from 'vitest';
import { testids } from '../../src/shared/testids';
import { id, onPage, withBrowser } from './page';

withBrowser();

const folder = 'test-results/production';
let files: { name: string; text: string }[] = [];

beforeAll(async () => {
  await build({ logLevel: 'error', build: { outDir: folder } });
  const names = await readdir(folder, { recursive: true });
  files = await Promise.all(
    names
      .filter((name) => /\.(html|js|css)$/.test(name))
      .map(async (name) => ({ name, text: await readFile(path.join(folder, name), 'utf8') })),
  );
}, 180_000);

test('what ships holds nothing of the in-memory backend', () => {
  expect(files.map((file) => path.extname(file.name)).sort()).toEqual(
    expect.arrayContaining(['.css', '.html', '.js']),
  );
  expect(files.some((file) => file.name.includes('fake'))).toBe(false);
  for (const mark of ['correct horse', 'C1-0410-6105', 'Studio Lindqvist', 'window.harmed']) {
    for (const file of files) expect(file.text.includes(mark), `${mark} in ${file.name}`).toBe(false);
  }
});

test('what ships has no inline script or style and evaluates no text', () => {
  const html = files.find((file) => file.name === 'index.html')?.text ?? '';
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son\w+=/i);
  expect(html.match(/(?:src|href)="([^"]+)"/g)?.every((one) => /="\.\//.test(one))).toBe(true);
  for (const { name, text } of files.filter((file) => file.name.endsWith('.js'))) {
    expect(/\beval\(|new Function\(/.test(text), name).toBe(false);
  }
});

test('what ships starts under the policy of the desktop shell', async () => {
  const server = await preview({
    logLevel: 'error',
    build: { outDir: folder },
    preview: { host: '127.0.0.1', port: 0 },
  });
  const address = server.httpServer.address();
  if (address === null || typeof address === 'string') throw new Error('the preview server has no port');
  try {
    await onPage(
      {
        site: `http://127.0.0.1:${address.port}/index.html`,
        before: async (page) => {
          await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
          await page.addInitScript(() => {
            const status = {
              version: '0.1.0',
              profiles: [{ id: '00', name: 'Mara', hue: 168 }],
              session: { state: 'locked' },
              settings: {
                theme: 'system',
                language: 'system',
                density: 'comfortable',
                lock_after_minutes: 10,
                clear_clipboard_seconds: 30,
                lock_on_sleep: true,
              },
              system_language: 'en',
            };
            Object.assign(window, {
              __TAURI_INTERNALS__: {
                invoke: async (name: string) => ({ app_status: status, job_list: [] })[name] ?? 1,
                transformCallback: () => 1,
              },
              __TAURI_EVENT_PLUGIN_INTERNALS__: { unregisterListener: () => undefined },
            });
          });
        },
      },
      async (page) => {
        await page.locator(id(testids.unlockPassword)).waitFor();
      },
    );
  } finally {
    await new Promise<void>((resolve) => {
      server.httpServer.close(() => resolve());
      if ('closeAllConnections' in server.httpServer) server.httpServer.closeAllConnections();
    });
  }
});
