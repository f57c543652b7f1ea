// Trust in the real window: who a gateway knows, the button, and this computer's identity.
import assert from 'node:assert/strict';
import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';
import { NAME, setting } from './setting.mjs';
import { id, keepPicture, startGateway } from './stage.mjs';

const PASSWORD = 'Leuchtturm 1887';

/** A part of the row of an identity, by the name it is shown under. */
const own = (part) => `${id('identity')}:has(${id('identity-own')}) ${id(part)}`;

async function openAccess(window) {
  await window.click(id('area-access'));
  await window.find(id('identity'));
}

async function openIdentity(window) {
  await window.click(id('open-settings'));
  await window.click(id('settings-identity'));
  await window.find(id('identity-uuid'));
}

describe('who a gateway knows, in the window', () => {
  const { window, step } = setting({
    gateways: [['--friendly-name', NAME, '--model', 'minimal', '--seed', '21']],
    paired: 1,
    size: [900, 680],
    pictures: 'access',
  });

  step('marks this computer and what it may', async () => {
    await window.reads(id('role'), 'may change everything');
    await openAccess(window);
    await window.reads(id('identity-own'), 'this computer');
    await window.reads(own('identity-role'), /Basic|Admin/);
  });

  step('adds a user and reads the list back', async () => {
    await window.click(id('access-add-user'));
    await window.fill(id('access-name'), 'bea');
    await window.fill(id('access-password'), PASSWORD);
    await window.fill(id('access-password-again'), PASSWORD);
    await window.click(id('role-Admin'));
    await window.reads(id('access-will'), `bea will be able to log in to ${NAME}.`);
    await window.click(id('access-send'));
    await window.find(id('access-verdict', '[data-verified="true"]'));
    await window.click(id('access-close'));
    await window.find(id('identity', '[data-key="user:bea"]'));
  });

  step('takes the own Admin only with the name of the gateway', async () => {
    await window.click(own('identity-roles'));
    await window.click(id('role-Admin'));
    await window.fill(id('access-confirmation'), 'Hallway');
    assert.ok(await window.attribute(id('access-send'), 'disabled'));
    await window.fill(id('access-confirmation'), NAME);
    await window.click(id('access-send'));
    await window.find(id('access-verdict', '[data-verified="true"]'));
    await window.click(id('access-close'));
    await window.reads(id('access-look-only'), 'takes the role Admin');
    await window.reads(id('role'), 'may look at the settings');
    assert.ok(await window.attribute(id('access-add-user'), 'disabled'));
  });

  step('logs in as the new user on the spot', async () => {
    await window.click(id('access-login'));
    await window.fill(id('login-name'), 'bea');
    await window.fill(id('login-password'), PASSWORD);
    await window.click(id('login-submit'));
    await window.reads(id('user'), 'bea');
    await window.reads(`${id('role', '[data-role="Admin"]')}`, 'may change everything');
    await window.reads(`${id('identity', '[data-key="user:bea"]')} ${id('identity-own')}`, 'logged in here');
  });

  step('changes the own password and stays logged in', async () => {
    await window.click(id('own-password'));
    await window.fill(id('access-password'), 'Nebelhorn 1911');
    await window.fill(id('access-password-again'), 'Nebelhorn 1911');
    await window.click(id('access-send'));
    await window.find(id('access-verdict'));
    await window.click(id('access-close'));
    await window.reads(id('user'), 'bea');
  });

  step('lets a computer in by its identity, and removes it again', async () => {
    await window.click(id('access-add-computer'));
    await window.fill(id('access-name'), 'Desk of Ben');
    await window.fill(id('access-id'), 'Identity  01234567-89ab-5cde-8f01-23456789abcd');
    await window.click(id('access-send'));
    await window.click(id('access-close'));
    const desk = id('identity', '[data-key$="23456789abcd"]');
    await window.reads(`${desk} ${id('identity-name')}`, 'Desk of Ben');
    await window.click(`${desk} ${id('identity-remove')}`);
    await window.reads(id('access-will'), `${NAME} will forget Desk of Ben.`);
    await window.click(id('access-send'));
    await window.click(id('access-close'));
    await window.gone(desk);
  });

  step('logs out in sight', async () => {
    await window.click(id('log-out'));
    await window.gone(id('user'));
    await window.reads(id('role'), 'may look at the settings');
  });
});

describe('the button and the identity, in the window', () => {
  const { window, state, gateway, step } = setting({
    // Nobody read the PIN of its label: it is paired by its button.
    device: () => startGateway(['--friendly-name', NAME, '--role-policy', 'push-button', '--model', 'minimal', '--seed', '22']),
    size: [900, 680],
    pictures: 'identity',
  });
  const file = () => join(state.dir, 'taken-along.sealed');
  let known;

  step('pairs by the button, with a countdown', async () => {
    await window.click(id('gateway-row', `[data-udn="${gateway.udn}"]`));
    await window.click(id('start-pairing'));
    await window.find(id('who'));
    await window.click(id('push-button'));
    await window.reads(id('countdown'), /^[12]:[0-5]\d$/);
    await keepPicture(window, 'push-button-countdown');
    gateway.press();
    // The gateway may tell first that its button was pressed; then nobody is asked any more.
    await window.run(`document.querySelector(arguments[0])?.click();`, id('button-pressed'));
    await window.reads(id('paired-text'), 'taken by its button');
    await window.click(id('pairing-done'));
    await window.find(id('node-row'));
  });

  step('shows who this computer is', async () => {
    await openIdentity(window);
    known = await window.text(id('identity-uuid'));
    assert.match(known, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.equal((await window.text(id('identity-words'))).split(' ').length, 6);
    await window.reads(id('identity-facts'), 'RSA 2048');
    await window.reads(id('identity-known'), '1 gateway is paired');
  });

  step('exports it under a passphrase', async () => {
    await window.click(id('identity-export'));
    await window.fill(id('identity-file'), file());
    await window.fill(id('identity-passphrase'), PASSWORD);
    await window.fill(id('identity-passphrase-again'), PASSWORD);
    await window.click(id('identity-run'));
    await window.reads(id('identity-written'), file());
    assert.equal((await stat(file())).mode & 0o077, 0, 'nobody else may read it');
    await window.click(id('identity-done'));
  });

  step('makes a new one and says where the old one is still let in', async () => {
    await window.click(id('identity-replace'));
    await window.reads(id('identity-gateways'), NAME);
    await window.click(id('identity-give-up'));
    await window.click(id('identity-run'));
    await window.reads(id('identity-old'), known, { timeout: 60_000 });
    assert.notEqual(await window.text(id('identity-now')), known);
    await window.click(id('identity-done'));
  });

  step('refuses a wrong passphrase and takes the old one over with the right one', async () => {
    await window.click(id('identity-import'));
    await window.fill(id('identity-file'), file());
    await window.fill(id('identity-passphrase'), 'Nebelhorn 1911');
    await window.click(id('identity-give-up'));
    await window.click(id('identity-run'));
    await window.reads(id('identity-failure-why'), 'Check the path and the passphrase');
    assert.equal(await window.value(id('identity-file')), file());
    await window.fill(id('identity-passphrase'), PASSWORD);
    await window.click(id('identity-run'));
    await window.reads(id('identity-now'), known);
    await window.click(id('identity-done'));
    await window.reads(id('identity-uuid'), known);
    await window.click(id('dialog-close'));
  });

  step('is known to the gateway again', async () => {
    await window.click(id('gateway-row', `[data-udn="${gateway.udn}"]`));
    await openAccess(window);
    await window.reads(own('identity-own'), 'this computer');
    await access(file());
  });
});
