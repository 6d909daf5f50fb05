import { readFileSync } from 'node:fs';

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** The content security policy of the desktop shell; served here as well, so that tests find violations. */
const shell = new URL('../src-tauri/tauri.conf.json', import.meta.url);
const { csp } = (
  JSON.parse(readFileSync(shell, 'utf8')) as { app: { security: { csp: Record<string, string> } } }
).app.security;
const policy = Object.entries(csp)
  .map(([directive, sources]) => `${directive} ${sources}`)
  .join('; ');

/**
 * Mode `fake` builds the page for tests and screenshots, with the in-memory backend, into its own folder. Every other
 * build has `index.html` alone, so that the fake never ships.
 */
export default defineConfig(({ mode }) => {
  const fake = mode === 'fake';
  return {
    plugins: [svelte()],
    base: './',
    clearScreen: false,
    server: { host: '127.0.0.1', port: 5173, strictPort: true },
    preview: { host: '127.0.0.1', headers: { 'Content-Security-Policy': policy } },
    build: {
      target: 'safari18',
      outDir: fake ? 'test-results/site' : 'dist',
      emptyOutDir: true,
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      rollupOptions: { input: fake ? 'fake.html' : 'index.html' },
    },
  };
});
