import { useBackend } from '../backend';
import { tauri } from '../backend/tauri';
import { start } from './start';

useBackend(tauri);
start();
