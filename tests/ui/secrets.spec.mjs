// A computer without a keyring in the real window: a file behind a passphrase, chosen once,
// asked for at every start.
import assert from 'node:assert/strict';
import { chmod, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';
import { NAME, PIN, setting } from './setting.mjs';
import { id, keepPicture, pairByPin } from './stage.mjs';

const PASSPHRASE = 'Leuchtturm 1887';

describe('secrets without a keyring, in the window', () => {
  const { window, state, gateway, step, reopen } = setting({
    gateways: [['--friendly-name', NAME, '--model', 'minimal', '--seed', '31']],
    // Nobody answers on this bus, whatever is installed on the machine.
    env: ({ dir }) => ({ LANSIDE_SECRETS: '', DBUS_SESSION_BUS_ADDRESS: `unix:path=${dir}/no-bus` }),
    size: [900, 680],
    pictures: 'secrets',
  });
  const sealed = () => join(state.dir, 'secrets.sealed');

  step('asks what shall be, and looks again', async () => {
    await window.find(id('secrets', '[data-state="keyring_missing"]'));
    await window.click(id('secrets-run'));
    await window.find(id('secrets-unchanged'));
    await window.click(id('secrets-way-file'));
    await window.gone(id('secrets-unchanged'));
  });

  step('makes the file and pairs', async () => {
    await window.fill(id('secrets-passphrase'), PASSPHRASE);
    await window.fill(id('secrets-passphrase-again'), PASSPHRASE);
    await keepPicture(window, 'secrets-new-passphrase');
    await window.click(id('secrets-run'));
    await window.gone(id('secrets-dialog'), { timeout: 60_000 });
    await pairByPin(window, gateway.udn, PIN);
    assert.equal((await stat(sealed())).mode & 0o077, 0, 'nobody else may read it');
    const names = await readdir(state.dir);
    assert.ok(!names.includes('secrets'), 'no secret in the open');
    for (const name of names.filter((one) => one !== 'driver.log')) {
      const file = join(state.dir, name);
      if (!(await stat(file)).isFile()) continue;
      const text = await readFile(file, 'latin1');
      for (const secret of ['PRIVATE KEY', PASSPHRASE]) assert.ok(!text.includes(secret), `${secret} in ${name}`);
    }
  });

  step('asks for the passphrase at the next start, and refuses a wrong one', async () => {
    await reopen();
    await window.find(id('secrets', '[data-question="passphrase"]'));
    await window.fill(id('secrets-passphrase'), 'Nebelhorn 1911');
    await window.click(id('secrets-run'));
    await window.reads(id('secrets-passphrase-note'), 'not the passphrase', { timeout: 60_000 });
    assert.equal(await window.value(id('secrets-passphrase')), 'Nebelhorn 1911');
  });

  step('shows what is trusted once it is open', async () => {
    await window.fill(id('secrets-passphrase'), PASSPHRASE);
    await window.click(id('secrets-run'));
    await window.gone(id('secrets-dialog'), { timeout: 60_000 });
    await window.click(id('gateway-row', `[data-udn="${gateway.udn}"]`));
    await window.find(id('node-row'));
  });

  step('does not use a file that others could read', async () => {
    await window.close();
    await chmod(sealed(), 0o644);
    await reopen();
    await window.find(id('secrets', '[data-state="too_open"]'));
    await window.reads(id('secrets'), sealed());
    await keepPicture(window, 'secrets-too-open');
    await chmod(sealed(), 0o600);
    await window.click(id('secrets-run'));
    await window.find(id('secrets', '[data-question="passphrase"]'));
    await window.click(id('secrets-later'));
    await window.gone(id('secrets-dialog'));
  });
});
