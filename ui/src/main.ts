//! Mounts the window on the client of the real program, or on the
//! rehearsal when it runs in a plain browser during development.
import { mount } from 'svelte';
import App from './App.svelte';
import { tauriClient, type Client } from './ipc/client';
import { Preferences } from './stores/preferences.svelte';
import './styles/tokens.css';
import './styles/base.css';

async function client(): Promise<Client> {
  if (import.meta.env.MODE !== 'production' && !('__TAURI_INTERNALS__' in window)) {
    const { rehearsal } = await import('./ipc/mock');
    return rehearsal(new URLSearchParams(location.search).get('scene') ?? 'full');
  }
  return tauriClient;
}

const target = document.getElementById('app');
const preferences = new Preferences();
await preferences.ready;
if (target) mount(App, { target, props: { client: await client(), preferences } });
