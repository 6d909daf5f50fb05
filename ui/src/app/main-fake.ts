import { useBackend } from '../backend';
import { makeFake, type Scenario } from '../backend/fake';
import { start } from './start';

/*
 * The page for tests and for development in a browser. Its address sets the scenario:
 * `fake.html?state=unlocked&theme=dark&lang=de&items=100000`.
 */
const asked = new URLSearchParams(location.search);
const locked = sessionStorage.getItem('locked') !== null;
sessionStorage.removeItem('locked');

const states: readonly string[] = ['first_run', 'locked', 'unlocked'];
const state = asked.get('state') ?? 'unlocked';
const backend = makeFake({
  state: locked ? 'locked' : states.includes(state) ? (state as Scenario['state']) : 'unlocked',
  items: asked.get('items'),
  theme: asked.get('theme'),
  lang: asked.get('lang'),
  density: asked.get('density'),
  readOnly: asked.has('readOnly'),
  crashed: asked.has('crashed'),
  invitation: asked.has('invitation'),
  kit: asked.has('kit'),
  notice: asked.get('notice'),
  import: asked.get('import'),
  copy: asked.get('copy'),
  jobs: asked.get('jobs'),
  ...(asked.has('speed') ? { speed: Number(asked.get('speed')) } : {}),
  keyless: asked.has('keyless'),
  draft: asked.has('draft'),
  backup: asked.get('backup'),
  clock: asked.get('clock'),
  codesInText: asked.has('codesInText'),
  vault: asked.get('vault'),
  sharing: asked.get('sharing'),
  team: asked.get('team'),
  recovery: asked.get('recovery'),
  pin: asked.has('pin'),
  place: asked.get('place'),
  weak: asked.has('weak'),
  holder: asked.has('holder'),
  sync: (asked.get('sync') ?? undefined) as Scenario['sync'],
  factor: asked.has('factor'),
  ...(asked.has('wait') ? { wait: Number(asked.get('wait')) } : {}),
  damage: (asked.get('damage') ?? undefined) as Scenario['damage'],
});
backend.on('session-locked', () => sessionStorage.setItem('locked', 'yes'));

useBackend(backend);
start();
