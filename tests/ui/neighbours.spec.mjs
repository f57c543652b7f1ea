// Finding a gateway in the real window: why nothing is seen, and which one is mine.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { startPlainDevice } from './plain-device.mjs';
import { NAME, setting } from './setting.mjs';
import { id } from './stage.mjs';

/** The question an empty list asks, and the quiet one of a list with something in it. */
const question = `${id('why-nothing')}, ${id('gateway-missing')}`;

/** The same screen in another look, as the settings would set it. */
async function look(window, theme, language) {
  await window.run(
    `localStorage.setItem('lanside.theme', arguments[0]); localStorage.setItem('lanside.language', arguments[1]); location.reload();`,
    theme,
    language,
  );
}

describe('why do I see nothing, in the window', () => {
  const { window, step } = setting({ size: [900, 640], pictures: 'neighbours' });

  step('asks from the list', async () => {
    await window.click(question);
    await window.reads(id('doctor-busy'), 'about four seconds');
  });

  step('answers with findings and what to do', async () => {
    await window.find(id('doctor', '[data-phase="done"]'));
    await window.find(id('finding'));
    await window.reads(id('doctor'), /Checked in \d/);
    const severities = await window.run(
      `return [...document.querySelectorAll('[data-testid="finding"]')].map((one) => one.dataset.severity);`,
    );
    const order = ['problem', 'hint', 'ok'];
    const ranks = severities.map((severity) => order.indexOf(severity));
    assert.deepEqual(ranks, [...ranks].sort(), 'the worst comes first');
  });

  step('shows what every adapter did', async () => {
    await window.click(`${id('doctor-adapters')} summary`);
    await window.reads(id('doctor-table'), /This computer 127\.0\.0\.1 yes (yes|no) \d+/);
  });

  step('runs again and leads to an address', async () => {
    await window.click(id('doctor-again'));
    await window.find(id('doctor', '[data-phase="busy"]'));
    await window.find(id('doctor', '[data-phase="done"]'));
    await window.click(id('doctor-add'));
    await window.find(id('add-address'));
    await window.gone(id('doctor-dialog'));
  });

  step('speaks German in the dark', async () => {
    await look(window, 'dark', 'de');
    await window.click(question);
    await window.find(id('doctor', '[data-phase="done"]'));
    await window.reads(id('doctor-dialog'), 'Neu prüfen');
    await window.click(`${id('doctor-adapters')} summary`);
  });
});

describe('which one is mine, in the window', () => {
  const { window, gateway, step } = setting({
    gateways: [['--friendly-name', NAME, '--seed', '17']],
    size: [900, 640],
    pictures: 'neighbours',
  });
  let device;

  before(async () => {
    device = await startPlainDevice();
  });

  after(() => device?.stop());

  const ours = () => id('gateway-row', `[data-udn="${gateway.udn}"]`);

  step('shows a card of what a gateway tells everybody', async () => {
    await window.click(ours());
    await window.find(id('card', '[data-phase="told"]'));
    await window.reads(id('card-models'), 'TR-181');
    await window.reads(id('card-ways'), 'PIN on its label');
    await window.find(id('start-pairing'));
  });

  step('folds what is no gateway, with the reason', async () => {
    await window.click(id('add-by-address'));
    await window.fill(id('add-address'), device.location);
    await window.click(id('add-submit'));
    // What was asked for is in sight at once; closed again it is out of it.
    await window.reads(id('rail-others-list'), 'offers no TR-064');
    await window.click(id('rail-others'));
    await window.gone(id('gateway-row', `[data-udn="${device.udn}"]`));
    await window.click(id('rail-others'));
    await window.find(id('gateway-row', `[data-udn="${device.udn}"]`));
  });

  step('tells the same in German in the dark', async () => {
    await look(window, 'dark', 'de');
    await window.click(ours());
    await window.find(id('card', '[data-phase="told"]'));
    await window.reads(id('card-ways'), 'PIN auf dem Etikett');
  });
});
