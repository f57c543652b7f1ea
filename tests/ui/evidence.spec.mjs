// Support in the real window: from “it does not work” to the lowest broken rung, a test the gateway
// runs, what was said with it, and a sealed report that the other face verifies.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';
import { promisify } from 'node:util';
import { Key, poll } from './driver.mjs';
import { keyboard, looks, setting } from './setting.mjs';
import { id, keepPicture } from './stage.mjs';

const run = promisify(execFile);
const NAME = 'Attic gateway';
const PASSPHRASE = 'Leuchtturm 1887';

describe('support with a gateway that is not online', () => {
  const { window, state, gateway, step } = setting({
    gateways: [['--friendly-name', NAME, '--seed', '51', '--failure', 'ppp-refused']],
    paired: 1,
    pictures: 'evidence',
    env: (fresh) => ({ HOME: fresh.dir }),
  });
  const { type, tabTo, whenFocused, command, goTo } = keyboard(window);
  const enter = () => type(Key.enter);

  /** The other face, with the same trust and identity. */
  async function lanside(...args) {
    const env = { ...process.env, LANSIDE_STATE_DIR: state.dir, LANSIDE_SECRETS: 'file' };
    const ended = await run(process.env.LANSIDE_CLI_BIN, [...args, '--json', '--interface', '127.0.0.1'], { env }).catch((error) => error);
    return { code: ended.code ?? 0, answer: JSON.parse(ended.stdout) };
  }

  step('goes up the ladder to the fault, without a mouse', async () => {
    await command('fault ladder');
    await window.find(`${id('rung', '[data-layer="ppp"][data-state="broken"]')} ${id('ladder-lowest')}`);
    await window.reads(id('ladder-internet'), 'ERROR_AUTHENTICATION_FAILURE');
    await looks(window, 'evidence-ladder');
    await tabTo('next-show');
    await enter();
    await window.reads(id('path'), 'Device.PPP.Interface.1.Username');
  });

  step('has the gateway test the way to a host', async () => {
    await command('tests');
    gateway.fault('delay:SetValues:300');
    await window.find(id('test-form'));
    await tabTo('test-target');
    await type('example.net');
    await enter();
    await window.reads(id('test-verdict'), /passed/, { timeout: 60_000 });
    await looks(window, 'evidence-test');
  });

  step('writes a secret, to look for it in what was said', async () => {
    await goTo('Device.WiFi.AccessPoint.1.Security.KeyPassphrase');
    await window.reads(id('details-name'), 'KeyPassphrase');
    await window.fill(id('editor-input'), PASSPHRASE);
    await enter();
    await window.find(id('tray-edit'));
    await type('s', Key.control);
    await window.find(id('review-body', '[data-phase="ready"]'));
    await type(Key.enter, Key.control);
    await window.find(id('review-body', '[data-phase="done"]'), { timeout: 60_000 });
    await whenFocused('review-done');
    await enter();
    gateway.fault();
  });

  step('reads what was said as a conversation', async () => {
    await type('j', Key.control);
    await window.find(id('trace-row'));
    await window.reads(id('trace-count'), /^\d+ messages/);
    await type('/');
    await whenFocused('trace-search');
    await type('setvalues');
    await window.reads(id('trace-count'), /^\d+ messages? of/);
    await poll(async () => (await window.all(id('trace-row'))).length < 10, { what: 'the messages that fit' });
    const rows = await window.run(`return [...document.querySelectorAll('[data-testid="trace-row"]')].map((one) => one.innerText);`);
    assert.ok(rows.every((row) => row.includes('SetValues')), rows.join('\n'));
    // The gateway takes its time, and the answers say so.
    assert.ok(rows.some((row) => Number(/([\d,.]+) ms/.exec(row)?.[1].replace(',', '')) >= 300), rows.join('\n'));
    await looks(window, 'evidence-messages');
  });

  step('takes one further as curl', async () => {
    await tabTo('trace-list');
    await type(Key.home);
    await window.reads(id('trace-curl'), /curl .*#SetValues/s);
    await looks(window, 'evidence-message');
    await window.click(id('trace-partner'));
    await window.reads(id('trace-details'), 'ms');
    await tabTo('trace-close');
    await enter();
    await window.gone(id('trace-details'));
  });

  step('finds no secret in it', async () => {
    await window.fill(id('trace-search'), 'setvalues');
    await window.click(id('trace-row'));
    await window.find(id('trace-curl'));
    const page = await window.run('return document.documentElement.outerHTML');
    assert.ok(page.includes('SetValues') && !page.includes(PASSPHRASE));
    await window.fill(id('trace-search'), PASSPHRASE);
    await window.find(id('trace-empty'));
    await keepPicture(window, 'evidence-messages-none');
    await type(Key.escape);
  });

  step('gathers the report of the visit', async () => {
    await command('report of a visit');
    await tabTo('report-title');
    await type('Anna Berger, no internet');
    await tabTo('report-notes');
    await type('Line is in sync. The letter of the provider is lost.');
    await tabTo('report-gather');
    await enter();
    await window.find(id('report-gathered'), { timeout: 60_000 });
    await window.reads(id('report-changed'), '1 change');
    await window.reads(id('report-tested'), '1 test');
    await window.reads(id('report-open'), /^\d matters?$/);
    await looks(window, 'evidence-report');
  });

  let file;
  step('seals and saves it, for its owner alone', async () => {
    file = join(state.dir, 'visit.html');
    await window.fill(id('report-file'), file);
    await enter();
    await window.reads(id('report-saved'), file);
    await looks(window, 'evidence-report-saved');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    const page = await readFile(file, 'utf8');
    for (const wanted of ['<h1>Anna Berger, no internet</h1>', 'The letter of the provider', 'example.net']) assert.ok(page.includes(wanted), wanted);
    assert.ok(!page.includes(PASSPHRASE));
  });

  step('has it verified by the other face, and a forged one refused', async () => {
    const good = await lanside('report', 'verify', file);
    assert.deepEqual([good.code, good.answer.intact, good.answer.this_computer], [0, true, true]);
    const forged = join(state.dir, 'forged.html');
    await writeFile(forged, (await readFile(file, 'utf8')).replace('The letter of the provider', 'The letter of the customer'));
    const bad = await lanside('report', 'verify', forged);
    assert.deepEqual([bad.code, bad.answer.intact], [6, false]);
    await window.press(id('report-check-input'), forged);
    await window.find(id('report-seal', '[data-intact="false"]'));
    await keepPicture(window, 'evidence-report-forged');
    await window.press(id('report-check-input'), file);
    await window.find(id('report-seal', '[data-intact="true"]'));
    await looks(window, 'evidence-report-checked');
  });

  step('is read as a page that needs nothing else', async () => {
    await window.go(`file://${file}`);
    await poll(async () => (await window.run('return document.title')) === 'Anna Berger, no internet', { what: 'the page' });
    await keepPicture(window, 'evidence-page');
  });
});
