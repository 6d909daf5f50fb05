import { build, preview } from 'vite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the page with the in-memory backend. */
    site: string;
  }
}

/** Builds the page with the in-memory backend, serves it on a free loopback port, and ends the server afterwards. */
export default async function site(project: TestProject): Promise<() => Promise<void>> {
  await build({ mode: 'fake', logLevel: 'error' });
  const server = await preview({
    mode: 'fake',
    logLevel: 'error',
    build: { outDir: 'test-results/site' },
    preview: { host: '127.0.0.1', port: 0 },
  });
  const address = server.httpServer.address();
  if (address === null || typeof address === 'string') throw new Error('the preview server has no port');
  project.provide('site', `http://127.0.0.1:${address.port}/fake.html`);
  return async () => {
    await new Promise<void>((resolve) => {
      server.httpServer.close(() => resolve());
      if ('closeAllConnections' in server.httpServer) server.httpServer.closeAllConnections();
    });
  };
}
