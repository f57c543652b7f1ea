// A figure of the real window, printed and not judged: how much memory it takes while a value it
// follows changes all the time. A day has 2,880 events at one every thirty seconds; here they come
// as fast as the gateway gives them. `scripts/window-figures.sh soak` runs it under a display and D-Bus.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { poll } from './driver.mjs';
import { memory } from './processes.mjs';
import { freshState, id, openWindow, pairByPin, startGateway, walk } from './stage.mjs';

const run = promisify(execFile);
const PIN = '12345670';
const NAME = '/BBF/WiFi/SSID/0/SSID';
const EVENTS = Number(process.env.LANSIDE_SOAK_EVENTS ?? 2880);
/** Events until everything is loaded and every chart is full. */
const WARM = Math.min(700, Math.floor(EVENTS / 4));
/** How often memory is looked at. */
const LOOKS = 12;

const total = (sizes) => Object.values(sizes).reduce((sum, one) => sum + one, 0);
const told = (sizes) => `${total(sizes).toFixed(1)} MB (${Object.entries(sizes).map(([name, size]) => `${name} ${size.toFixed(1)}`).join(', ')})`;

const state = await freshState();
const gateway = await startGateway(['--friendly-name', 'Soak', '--pin', PIN, '--seed', '5']);
let window;
try {
  window = await openWindow(state.dir);
  await pairByPin(window, gateway.udn, PIN);
  await walk(window, 'Device.WiFi.', 'Device.WiFi.SSID.', 'Device.WiFi.SSID.1.', 'Device.WiFi.SSID.1.SSID');
  await window.click(id('watch-toggle'));
  await window.click(id('area-watch'));
  const env = { ...process.env, LANSIDE_STATE_DIR: state.dir, LANSIDE_SECRETS: 'file' };
  const change = (value) => run(process.env.LANSIDE_CLI_BIN, ['set', gateway.udn, `${NAME}=${value}`, '--yes', '--interface', '127.0.0.1'], { env });
  const seen = async (value) =>
    poll(async () => (await window.run('return document.querySelector(\'[data-testid="watched-value"]\')?.textContent')) === value, {
      what: `${value} in the watch list`,
      timeout: 60_000,
    });

  const begun = performance.now();
  const looks = [];
  for (let event = 1; event <= EVENTS; event += 1) {
    // A number, so that its chart grows too.
    const value = String(event);
    await change(value);
    if (event === WARM || (event > WARM && (event - WARM) % Math.ceil((EVENTS - WARM) / LOOKS) === 0) || event === EVENTS) {
      await seen(value);
      const sizes = await memory(state.dir);
      looks.push(total(sizes));
      const minutes = (performance.now() - begun) / 60_000;
      console.log(`  after ${String(event).padStart(5)} events, ${minutes.toFixed(1)} min: ${told(sizes)}`);
    }
  }
  console.log(`  grown by ${(looks.at(-1) - looks[0]).toFixed(1)} MB between event ${WARM} and event ${EVENTS} (goal: less than 20)`);
} finally {
  await window?.close();
  await gateway.stop();
  await state.remove();
}
