// Rows come and go above the one in hand while branches load: it stays where it is.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { Key } from './driver.mjs';
import { setting } from './setting.mjs';
import { id, row, walk } from './stage.mjs';

const BELOW = 'Device.Users.';

describe('the row in hand', () => {
  const { window, gateway, step } = setting({
    gateways: [['--friendly-name', 'Hallway gateway', '--seed', '17']],
    paired: 1,
    pictures: 'anchor',
  });

  const topOf = (path) => window.run(`return document.querySelector(arguments[0])?.getBoundingClientRect().top ?? null;`, row(path));
  const scrolled = () => window.run(`return document.querySelector('[data-testid="tree"]').scrollTop;`);

  /** Waits until nothing is being read, and says where a row was at every frame meanwhile. */
  function places(path) {
    return window.run(
      `
      const frame = () => new Promise((done) => requestAnimationFrame(() => done()));
      return (async () => {
        const seen = new Set();
        const loading = () => document.querySelector('[data-testid="tree-loading"]');
        for (let frames = 0; frames < 1200 && (loading() || frames < 30); frames += 1) {
          await frame();
          const top = document.querySelector(arguments[0])?.getBoundingClientRect().top;
          seen.add(top === undefined ? 'gone' : Math.round(top));
        }
        return [[...seen], Boolean(loading())];
      })();
    `,
      row(path),
    );
  }

  step('stays under the pointer while a branch above it is read', async () => {
    await window.find(row(BELOW));
    gateway.fault('delay:GetSupportedParameters:5000');
    await window.click(row('Device.DeviceInfo.'));
    await window.find(id('tree-loading'));
    await window.hover(row(BELOW));
    const before = await topOf(BELOW);
    const from = await scrolled();
    const [seen, loading] = await places(BELOW);
    assert.equal(loading, false, 'the branch was not read in time');
    assert.deepEqual(seen, [Math.round(before)]);
    assert.ok((await scrolled()) > from + 100, 'no rows came above it');
  });

  step('and while it is closed again', async () => {
    await window.run(`document.querySelector('[data-testid="tree"]').scrollTop = 0;`);
    await window.press(id('tree'), Key.home);
    await walk(window, 'Device.DeviceInfo.');
    const before = await topOf('Device.DeviceInfo.');
    await window.press(id('tree'), Key.left);
    await window.gone(row('Device.DeviceInfo.ModelName'));
    assert.equal(await topOf('Device.DeviceInfo.'), before);
  });
});
