import { describe, expect, it } from 'vitest';
import { Rehearsal, UDN } from '../ipc/mock';
import { argument } from '../ipc/mock-actions';
import { Actions, HISTORY_LIMIT } from './actions.svelte';
import { checkArgument, kindOf, startOf } from './arguments';
import { isDocument, layOut } from './documents';

describe('an argument', () => {
  it('gets the control its state variable describes', () => {
    expect(kindOf(argument('A', { allowed_values: ['x'], type: 'string' }))).toBe('choice');
    expect(kindOf(argument('A', { type: 'boolean' }))).toBe('switch');
    expect(kindOf(argument('A', { type: 'ui4' }))).toBe('number');
    expect(kindOf(argument('A', { type: 'r8' }))).toBe('number');
    expect(kindOf(argument('A', { secret: true, type: 'ui4' }))).toBe('secret');
    expect(kindOf(argument('A', { document: true }))).toBe('document');
    expect(kindOf(argument('A', { type: null }))).toBe('text');
  });

  it('starts from its default, never a secret one', () => {
    expect(startOf(argument('A', { default: '4' }))).toBe('4');
    expect(startOf(argument('A', { default: 'x', secret: true }))).toBe('');
    expect(startOf(argument('A', { allowed_values: ['On', 'Off'], default: 'Auto' }))).toBe('On');
    expect(startOf(argument('A', { type: 'boolean', default: 'true' }))).toBe('1');
  });

  it('is checked as far as a number can be', () => {
    const count = argument('A', { type: 'ui4', minimum: '1', maximum: '64' });
    expect(checkArgument(count, '4')).toBeNull();
    expect(checkArgument(count, '')?.key).toBe('problem_whole_number');
    expect(checkArgument(count, '1.5')?.key).toBe('problem_whole_number');
    expect(checkArgument(count, '65')?.key).toBe('problem_range');
    expect(checkArgument(argument('A', { type: 'r4' }), '1.5e3')).toBeNull();
    expect(checkArgument(argument('A'), 'anything')).toBeNull();
  });
});

describe('a document', () => {
  it('is laid out one element a line, text untouched', () => {
    expect(layOut('<a x="1"><b>one &amp; two</b><c/><d><e></e></d></a>')).toBe(
      '<a x="1">\n  <b>one &amp; two</b>\n  <c/>\n  <d>\n    <e></e>\n  </d>\n</a>',
    );
    expect(layOut('<?xml version="1.0"?><a>\n <b> x </b></a>')).toBe('<?xml version="1.0"?>\n<a>\n  <b> x </b>\n</a>');
  });

  it('that is none stays as it is', () => {
    for (const text of ['plain', '', '<', 'a < b', '<a><b', '{"x": 1}']) expect(layOut(text)).toBe(text);
    expect(isDocument('<a/>')).toBe(true);
    expect(isDocument('10 < 20')).toBe(false);
  });
});

it('the history keeps the last calls, without secrets', async () => {
  const client = new Rehearsal();
  const actions = new Actions(client, UDN);
  await actions.load();
  const service = actions.view!.services[0]!.key;
  actions.choose(service, 'GetDeviceStatus');
  for (let call = 0; call < HISTORY_LIMIT + 3; call += 1) await actions.press();
  expect(actions.history).toHaveLength(HISTORY_LIMIT);
  expect(actions.history[0]!.id).toBe(HISTORY_LIMIT + 3);
  actions.choose(actions.view!.services[2]!.key, 'SetUserLoginPassword');
  actions.texts['NewPassword'] = 'swordfish';
  await actions.press();
  expect(actions.callPhase).toBe('asking');
  await actions.confirm();
  actions.choose(actions.view!.services[1]!.key, 'SetValues');
  actions.texts['ParameterValueList'] = '<P><ParameterPath>/BBF/WiFi/KeyPassphrase</ParameterPath><Value>swordfish</Value></P>';
  await actions.press();
  await actions.confirm();
  expect(actions.history[0]!.action).toBe('SetValues');
  expect(JSON.stringify(actions.history)).not.toContain('swordfish');
});
