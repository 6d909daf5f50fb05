import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { Backend } from './commands';

/** The real program, called through the desktop shell. */
export const tauri: Backend = {
  call: (name, args) => invoke(name, args),
  on(name, handler) {
    const listening = listen(name, (event) => handler(event.payload as never));
    return () => void listening.then((stop) => stop());
  },
};
