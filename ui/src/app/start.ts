import { mount } from 'svelte';
import '../shared/tokens.css';
import '../shared/base.css';
import { ERRORS, PROBLEMS } from '../backend/generated/errors';
import { keepWebMenuClosed } from '../shared/contextMenu';
import { useErrors } from '../shared/errors';
import { watchChoices } from '../shared/focus';
import App from './App.svelte';

/** Mounts the application. */
export function start(): void {
  useErrors(ERRORS, PROBLEMS);
  keepWebMenuClosed();
  watchChoices();
  const target = document.getElementById('app');
  if (target) mount(App, { target });
}
