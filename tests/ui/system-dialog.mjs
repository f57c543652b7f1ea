// A dialog of the system, which no WebDriver sees: found by its title and worked with the keyboard.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { poll } from './driver.mjs';
import { keepPictureOfScreen } from './stage.mjs';

const run = promisify(execFile);

async function xdotool(...args) {
  return (await run('xdotool', args)).stdout.trim();
}

/** Waits for a file dialog, types a name in the place of the one it suggests, and confirms. */
export async function chooseInDialog(title, file, picture) {
  const shown = () => xdotool('search', '--onlyvisible', '--name', `^${title}$`).catch(() => '');
  const dialog = await poll(async () => (await shown()).split('\n').at(-1), { what: `the dialog “${title}”` });
  // Nobody else gives it the focus where there is no window manager.
  await xdotool('windowfocus', '--sync', dialog);
  await xdotool('key', 'ctrl+a');
  await xdotool('type', '--delay', '10', file);
  await keepPictureOfScreen(picture);
  await xdotool('key', 'Return');
  await poll(async () => (await shown()) === '', { what: 'the dialog to close' });
}
