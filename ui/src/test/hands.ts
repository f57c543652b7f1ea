//! What every test of a view does with its hands.
import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { tick as updated } from 'svelte';
import App from '../App.svelte';
import { Rehearsal } from '../ipc/mock';
import { Preferences } from '../stores/preferences.svelte';

export async function click(id: string): Promise<void> {
  const area = /^area-(\w+)$/.exec(id)?.[1];
  if (area) return toArea(area);
  await fireEvent.click(await screen.findByTestId(id));
}

/** Goes to an area as a person does: to its group first. */
async function toArea(area: string): Promise<void> {
  await screen.findAllByRole('tablist');
  const group = document.querySelector(`[data-areas~="${area}"]`);
  if (!group) throw new Error(`no area ${area}`);
  await fireEvent.click(group);
  const own = screen.queryByTestId(`area-${area}`);
  if (own) await fireEvent.click(own);
}

export async function type(id: string, value: string): Promise<void> {
  await fireEvent.input(await screen.findByTestId(id), { target: { value } });
}

export async function tick(): Promise<void> {
  await updated();
}

/** The window with the settings of its gateway open. */
export async function openTree(client = new Rehearsal()): Promise<Rehearsal> {
  render(App, { client, preferences: new Preferences() });
  await click('gateway-row');
  await screen.findAllByTestId('node-row');
  return client;
}

export async function rowOf(path: string): Promise<HTMLElement> {
  return waitFor(() => {
    const found = screen.getAllByTestId('node-row').find((row) => row.dataset.path === path);
    if (!found) throw new Error(`no row ${path}`);
    return found;
  });
}

export async function walk(...paths: string[]): Promise<void> {
  for (const path of paths) await fireEvent.click(await rowOf(path));
}
