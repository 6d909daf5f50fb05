import { mount } from 'svelte';
import '../shared/tokens.css';
import '../shared/base.css';
import App from './App.svelte';

/** Puts the application on the page. */
export function start(): void {
  const target = document.getElementById('app');
  if (target) mount(App, { target });
}
