// 20,000 parameters in the real window: loaded, scrolled and searched without a gap.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { setting } from './setting.mjs';
import { id, walk } from './stage.mjs';

const JUMPS = 40;

// Jumps to random places and counts, two frames later, rows that are not there.
const BLANKS = `
  const tree = document.querySelector('[data-testid="tree"]');
  const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return (async () => {
    let worst = 0;
    for (let jump = 0; jump < ${JUMPS}; jump += 1) {
      tree.scrollTop = (((jump * 7919) % ${JUMPS}) / ${JUMPS}) * tree.scrollHeight;
      await frame();
      const box = tree.getBoundingClientRect();
      let blank = 0;
      for (let y = box.top + 13; y < box.bottom; y += 26) {
        if (!document.elementFromPoint(box.left + 200, y)?.closest('.row')) blank += 1;
      }
      worst = Math.max(worst, blank);
    }
    return [worst, document.querySelectorAll('[data-testid="node-row"]').length, tree.scrollHeight];
  })();
`;

describe('a tree of 20,000 parameters', () => {
  const { window, step } = setting({
    gateways: [['--friendly-name', 'Big gateway', '--parameters', '20000']],
    paired: 1,
  });

  step('loads completely and says so', async () => {
    await window.click(id('load-all'));
    await window.gone(id('load-cancel'), { timeout: 60_000 });
    await window.reads(id('loaded'), '20,000 of 20,000 parameters loaded');
  });

  step('scrolls without a blank row, and only rows in sight exist', async () => {
    await walk(window, 'Device.Hosts.', 'Device.Hosts.Host.');
    const [blank, rows, height] = await window.run(BLANKS);
    assert.equal(blank, 0);
    assert.ok(rows < 120, `${rows} rows exist`);
    assert.ok(height > 500 * 26, `the list is only ${height} pixels high`);
  });

  step('finds what lies far below', async () => {
    await window.fill(id('search'), 'hosts.host hostname');
    await window.reads(id('search-count'), /^[\d,]+ matches\./);
    await window.reads(id('search-count'), 'Searched 20,000 of 20,000 parameters.');
  });
});
