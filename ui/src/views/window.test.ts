import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import App from '../App.svelte';
import { failure, gatewayView, Rehearsal } from '../ipc/mock';
import { Preferences } from '../stores/preferences.svelte';
import { click, type } from '../test/hands';

async function show(client = new Rehearsal()) {
  render(App, { client, preferences: new Preferences() });
  return client;
}

async function openTree(client = new Rehearsal()) {
  await show(client);
  await click('gateway-row');
  await screen.findAllByTestId('node-row');
  return client;
}

async function rowOf(path: string): Promise<HTMLElement> {
  return waitFor(() => {
    const found = screen.getAllByTestId('node-row').find((row) => row.dataset.path === path);
    if (!found) throw new Error(`no row ${path}`);
    return found;
  });
}

async function walk(...paths: string[]) {
  for (const path of paths) await fireEvent.click(await rowOf(path));
}

const toSsid = ['Device.WiFi.', 'Device.WiFi.SSID.', 'Device.WiFi.SSID.1.'] as const;

describe('every state has a face', () => {
  it('nothing found: why, and what to do', async () => {
    const client = new Rehearsal();
    client.discovery.devices = [];
    await show(client);
    const face = await screen.findByTestId('face-nothing');
    expect(face.textContent).toContain('Search again');
    expect(screen.getByTestId('rail-adapters').textContent).toContain('enp3s0');
    expect(screen.getByTestId('rail-adapters').textContent).toContain('no multicast');
  });

  it('searching says so', async () => {
    const client = new Rehearsal({ answer: 50, step: 50 });
    await show(client);
    expect(await screen.findByTestId('face-searching')).toBeTruthy();
    expect(await screen.findByTestId('rail-searching')).toBeTruthy();
  });

  it.each([
    ['new', 'face-new', 'Pair with Hallway gateway'],
    ['silent', 'face-silent', 'Try again'],
    ['changed', 'face-changed', 'I know the reason'],
  ] as const)('%s', async (state, face, act) => {
    const client = new Rehearsal();
    client.discovery.devices = [gatewayView({ state })];
    await show(client);
    await click('gateway-row');
    expect((await screen.findByTestId(face)).textContent).toContain(act);
  });

  it('recognised but not managed here', async () => {
    const client = new Rehearsal();
    client.discovery.devices = [gatewayView({ kind: 'tr064-issue-1' })];
    await show(client);
    await click('rail-others');
    await click('gateway-row');
    expect((await screen.findByTestId('face-unmanaged')).textContent).toContain('older protocol');
  });

  it('failed to open: what, why, and the cure', async () => {
    const client = new Rehearsal();
    client.failing.set('open', failure('Unreachable', 'No answer within 10 seconds.'));
    await show(client);
    await click('gateway-row');
    expect((await screen.findByTestId('open-failure-what')).textContent).toBe('Hallway gateway does not answer');
    client.failing.clear();
    await click('open-failure-retry');
    expect((await screen.findAllByTestId('node-row')).length).toBeGreaterThan(0);
  });

  it('refused: the role held and the way to another', async () => {
    const client = new Rehearsal();
    client.roles = ['Public'];
    await openTree(client);
    await walk(...toSsid, 'Device.WiFi.SSID.1.SSID');
    await type('editor-input', 'Attic');
    await click('stage');
    await click('review');
    client.failing.set('apply', failure('NotAuthorized', 'Changing this needs the role Admin.'));
    await waitFor(() => expect(screen.getByTestId('review-body').dataset.phase).toBe('ready'));
    await click('apply');
    expect((await screen.findByTestId('review-failure-why')).textContent).toContain('You hold the role Public.');
    expect(screen.getByTestId('review-failure-login')).toBeTruthy();
  });

  it('values: secret, refused, locked, empty', async () => {
    await openTree();
    await walk('Device.Users.', 'Device.Users.User.', 'Device.Users.User.1.');
    expect((await rowOf('Device.Users.User.1.Username')).textContent).toContain('no access');
    await walk('Device.ManagementServer.');
    expect((await rowOf('Device.ManagementServer.Password')).textContent).toContain('••••');
    await walk('Device.DeviceInfo.');
    const locked = await rowOf('Device.DeviceInfo.ModelName');
    expect(within(locked).getByTestId('access-lock')).toBeTruthy();
    expect((await rowOf('Device.DeviceInfo.ProvisioningCode')).textContent).toContain('empty');
    await fireEvent.click(locked);
    expect((await screen.findByTestId('locked-reason')).textContent).toContain('cannot be changed');
    expect(screen.queryByTestId('editor-input')).toBeNull();
  });

  it('a gone gateway keeps its tree in sight', async () => {
    const client = await openTree();
    client.emit({ kind: 'gateway_found', gateway: gatewayView({ state: 'silent' }) });
    expect((await screen.findByTestId('silent-banner')).textContent).toContain('does not answer');
    expect(screen.getAllByTestId('node-row').length).toBeGreaterThan(0);
  });

  it('an unprotected connection is named', async () => {
    const client = new Rehearsal();
    client.protected_ = false;
    await openTree(client);
    expect(screen.getByTestId('unprotected-banner').textContent).toContain('Others on this network');
  });
});

describe('editing', () => {
  it('goes from the field through draft and review to verified', async () => {
    const client = await openTree();
    await walk(...toSsid, 'Device.WiFi.SSID.1.SSID');
    await type('editor-input', 'Attic');
    await click('stage');
    expect((await screen.findByTestId('tray-edit')).textContent).toMatch(/Hallway.*→.*Attic/);
    expect(screen.getByTestId('draft-badge').textContent).toBe('1');
    await waitFor(async () => expect((await rowOf('Device.WiFi.SSID.1.SSID')).textContent).toContain('draft'));
    await click('review');
    expect((await screen.findByTestId('review-line')).textContent).toContain('SSID of WiFi.SSID.1 changes from “Hallway” to “Attic”.');
    expect(screen.getByTestId('review-warning').textContent).toContain('need the new name');
    await fireEvent.keyDown(window, { key: 'Enter', ctrlKey: true });
    await waitFor(() => expect(screen.getByTestId('review-line').dataset.state).toBe('verified'));
    expect(client.calls.filter((call) => call.name === 'apply')).toHaveLength(1);
    await click('review-done');
    await screen.findByTestId('tray-empty');
  });

  it('does not stage what is out of range', async () => {
    const client = await openTree();
    await walk('Device.WiFi.', 'Device.WiFi.Radio.', 'Device.WiFi.Radio.1.', 'Device.WiFi.Radio.1.Channel');
    await type('editor-input', '999');
    expect(screen.getByTestId('editor-input-note').textContent).toContain('outside the allowed range');
    expect(screen.getByTestId('stage')).toHaveProperty('disabled', true);
    await fireEvent.submit(screen.getByTestId('editor-input'));
    expect(client.calls.some((call) => call.name === 'stage')).toBe(false);
  });

  it('shows what the program says about a value', async () => {
    const client = await openTree();
    await walk(...toSsid, 'Device.WiFi.SSID.1.SSID');
    client.failing.set('stage', failure('Usage', 'Device.WiFi.SSID.1.SSID must not end with a blank.'));
    await type('editor-input', 'Attic ');
    await click('stage');
    await waitFor(() => expect(screen.getByTestId('editor-input-note').textContent).toContain('must not end with a blank'));
  });

  it('switches, chooses and hides by type', async () => {
    const client = await openTree();
    await walk(...toSsid, 'Device.WiFi.SSID.1.Enable');
    await click('editor-switch');
    await waitFor(() => expect(screen.getByTestId('tray').dataset.count).toBe('1'));
    await click('editor-switch');
    await waitFor(() => expect(screen.getByTestId('tray').dataset.count).toBe('0'));
    await walk('Device.WiFi.AccessPoint.', 'Device.WiFi.AccessPoint.1.', 'Device.WiFi.AccessPoint.1.Security.');
    await walk('Device.WiFi.AccessPoint.1.Security.KeyPassphrase');
    const field = await waitFor(() => {
      const input = screen.getByTestId('editor-input') as HTMLInputElement;
      expect(input.type).toBe('password');
      return input;
    });
    expect(field.value).toBe('');
    await type('editor-input', 'a new secret');
    await click('stage');
    await screen.findByTestId('tray-edit');
    expect(document.body.textContent).not.toContain('a new secret');
    expect(JSON.stringify(client.calls)).not.toContain('a new secret');
  });

  it('takes back the last change with Ctrl+Z', async () => {
    await openTree();
    await walk(...toSsid, 'Device.WiFi.SSID.1.Enable');
    await click('editor-switch');
    await screen.findByTestId('tray-edit');
    await fireEvent.keyDown(window, { key: 'z', ctrlKey: true });
    await screen.findByTestId('tray-empty');
  });

  it('marks a value that differs after reading back', async () => {
    const client = new Rehearsal();
    client.stubborn.add('/BBF/WiFi/SSID/0/SSID');
    await openTree(client);
    await walk(...toSsid, 'Device.WiFi.SSID.1.SSID');
    await type('editor-input', 'Attic');
    await click('stage');
    await click('review');
    await waitFor(() => expect(screen.getByTestId('review-body').dataset.phase).toBe('ready'));
    await click('apply');
    expect((await screen.findByTestId('line-differs')).textContent).toContain('Hallway');
  });
});

describe('rows that come while somebody looks', () => {
  const ROW = 26;
  const tree = () => screen.getByTestId('tree');
  /** Places of rows on the screen, counted from the top of the tree. */
  async function place(path: string): Promise<number> {
    await rowOf(path);
    const all = [...tree().querySelectorAll<HTMLElement>('.row')];
    const first = Number(/translateY\((\d+)px\)/.exec(tree().querySelector<HTMLElement>('.slice')?.style.transform ?? '')?.[1]);
    return first / ROW + all.findIndex((row) => row.dataset.path === path) - tree().scrollTop / ROW;
  }
  /** Asks for a branch that is read slowly. */
  async function expandSlowly() {
    const client = await openTree();
    client.pace.answer = 40;
    await fireEvent.click(await rowOf('Device.DeviceInfo.'));
    await screen.findAllByTestId('tree-loading');
  }

  it('do not push away the row under the pointer', async () => {
    await expandSlowly();
    const before = await place('Device.WiFi.');
    await fireEvent.pointerMove(tree(), { clientY: before * ROW + 8 });
    await rowOf('Device.DeviceInfo.Manufacturer');
    expect(await place('Device.WiFi.')).toBe(before);
    expect(tree().scrollTop).toBeGreaterThan(0);
  });

  it('do not push away the row the keys are at', async () => {
    await expandSlowly();
    await fireEvent.click(await rowOf('Device.WiFi.'));
    await fireEvent.keyDown(tree(), { key: 'Shift' });
    const before = await place('Device.WiFi.');
    await rowOf('Device.DeviceInfo.Manufacturer');
    expect(await place('Device.WiFi.')).toBe(before);
  });

  it('open below the branch that was asked for', async () => {
    await expandSlowly();
    await fireEvent.pointerMove(tree(), { clientY: (await place('Device.DeviceInfo.')) * ROW + ROW + 8 });
    await rowOf('Device.DeviceInfo.Manufacturer');
    expect(tree().scrollTop).toBe(0);
  });
});

describe('the keyboard', () => {
  it('walks the tree as ARIA says', async () => {
    await openTree();
    const tree = screen.getByTestId('tree');
    await fireEvent.keyDown(tree, { key: 'Home' });
    expect((await rowOf('Device.')).getAttribute('aria-selected')).toBe('true');
    await fireEvent.keyDown(tree, { key: 'ArrowDown' });
    const first = await rowOf('Device.DeviceInfo.');
    expect(first.getAttribute('aria-selected')).toBe('true');
    expect(first.getAttribute('aria-level')).toBe('2');
    await fireEvent.keyDown(tree, { key: 'ArrowRight' });
    await rowOf('Device.DeviceInfo.Manufacturer');
    await fireEvent.keyDown(tree, { key: 'ArrowRight' });
    expect((await rowOf('Device.DeviceInfo.Manufacturer')).getAttribute('aria-selected')).toBe('true');
    await fireEvent.keyDown(tree, { key: 'ArrowLeft' });
    expect((await rowOf('Device.DeviceInfo.')).getAttribute('aria-selected')).toBe('true');
    expect(tree.getAttribute('aria-activedescendant')).toBe((await rowOf('Device.DeviceInfo.')).id);
    await fireEvent.keyDown(tree, { key: 'End' });
    await fireEvent.keyDown(tree, { key: 'Escape' });
    expect(tree.getAttribute('aria-activedescendant')).toBeNull();
  });

  it('focuses the search with / and Ctrl+F', async () => {
    await openTree();
    await fireEvent.keyDown(window, { key: '/' });
    expect(document.activeElement).toBe(screen.getByTestId('search'));
    (document.activeElement as HTMLElement).blur();
    await fireEvent.keyDown(window, { key: 'f', ctrlKey: true });
    expect(document.activeElement).toBe(screen.getByTestId('search'));
  });

  it('shows the keys with ?', async () => {
    await show();
    await fireEvent.keyDown(window, { key: '?' });
    expect((await screen.findByTestId('keys-dialog')).textContent).toContain('Review the draft');
  });
});

describe('pairing', () => {
  it('fails with the step and one next act, then succeeds', async () => {
    const client = new Rehearsal();
    client.demoPin = '1234-5670';
    client.discovery.devices = [gatewayView({ state: 'new' })];
    await show(client);
    await click('gateway-row');
    await click('start-pairing');
    expect((await screen.findByTestId('demo-pin')).textContent).toContain('The label says 1234-5670');
    await type('pin-input', '9999 9995');
    await fireEvent.submit(screen.getByTestId('pin-input'));
    expect((await screen.findByTestId('pairing-failure-what')).textContent).toBe('The PIN does not fit');
    expect(screen.getByTestId('pairing-step-proving_first_half').dataset.state).toBe('failed');
    await click('pairing-again');
    expect(((await screen.findByTestId('pin-input')) as HTMLInputElement).value).toBe('');
    await type('pin-input', '1234 5670');
    await fireEvent.submit(screen.getByTestId('pin-input'));
    expect((await screen.findByTestId('paired-text')).textContent).toContain('You hold the role Admin.');
    await click('pairing-done');
    expect((await screen.findAllByTestId('node-row')).length).toBeGreaterThan(0);
  });

  it('shows no label outside the demonstration', async () => {
    const client = new Rehearsal();
    client.discovery.devices = [gatewayView({ state: 'new' })];
    await show(client);
    await click('gateway-row');
    await click('start-pairing');
    await screen.findByTestId('pin-input');
    expect(screen.queryByTestId('demo-pin')).toBeNull();
  });

  it('waits for the button and can be stopped', async () => {
    const client = new Rehearsal({ answer: 0, step: 40 });
    client.discovery.devices = [gatewayView({ state: 'new' })];
    await show(client);
    await click('gateway-row');
    await click('start-pairing');
    await click('use-button');
    await click('push-button');
    await click('button-pressed');
    expect(client.calls.map((call) => call.name)).toContain('buttonPressed');
    await click('pairing-cancel');
    expect(client.calls.map((call) => call.name)).toContain('cancelPairing');
  });
});

it('a restart shows its phases with seconds and the usual time', async () => {
  await openTree();
  await click('restart');
  await click('restart-confirm');
  expect((await screen.findByTestId('restart-result')).textContent).toContain('Usually it takes 74 s.');
  expect(screen.getByTestId('restart-step-verified').dataset.state).toBe('done');
});

it('logging in hands the password over once and shows the user', async () => {
  const client = await openTree();
  await click('log-in');
  await type('login-name', 'admin');
  await type('login-password', 'wrong');
  await fireEvent.submit(screen.getByTestId('login-name'));
  expect((await screen.findByTestId('login-wrong')).textContent).toContain('Name or password is wrong');
  expect((screen.getByTestId('login-password') as HTMLInputElement).value).toBe('');
  await type('login-password', 'secret');
  await fireEvent.submit(screen.getByTestId('login-name'));
  await waitFor(() => expect(screen.getByTestId('roles').textContent).toContain('admin'));
  expect(JSON.stringify(client.calls)).not.toContain('secret"');
});

it('only rows in sight exist, however many there are', async () => {
  const client = new Rehearsal({ answer: 0, step: 0 }, 4_000);
  await openTree(client);
  await walk('Device.Hosts.', 'Device.Hosts.Host.');
  await waitFor(() => expect(Number((screen.getByTestId('tree').firstElementChild as HTMLElement).style.height.replace('px', ''))).toBeGreaterThan(900 * 26));
  expect(screen.getAllByTestId('node-row').length).toBeLessThan(120);
  await fireEvent.keyDown(screen.getByTestId('tree'), { key: 'End' });
  const last = screen.getAllByTestId('node-row').at(-1);
  expect(last).toBeTruthy();
}, 30_000);
