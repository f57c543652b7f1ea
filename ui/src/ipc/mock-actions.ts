//! The actions of the rehearsed gateway: enough of each kind of argument for every
//! control of the form.
import type { ActionView, ArgumentValue, ArgumentView, CommandLinesView, DeviceActionsView } from './bindings';

export function argument(name: string, more: Partial<ArgumentView> = {}): ArgumentView {
  return {
    name,
    variable: `A_ARG_TYPE_${name}`,
    type: 'string',
    allowed_values: [],
    minimum: null,
    maximum: null,
    step: null,
    default: null,
    secret: false,
    document: false,
    ...more,
  };
}

function action(name: string, inputs: ArgumentView[], outputs: ArgumentView[] = []): ActionView {
  return { name, changes: !name.startsWith('Get'), inputs, outputs };
}

export function deviceActions(udn: string): DeviceActionsView {
  const service = (name: string, version: number, actions: ActionView[]) => ({
    key: `${udn}/urn:upnp-org:serviceId:${name}`,
    type: `urn:schemas-upnp-org:service:${name}:${version}`,
    id: `urn:upnp-org:serviceId:${name}`,
    name,
    version,
    actions,
    failure: null,
  });
  return {
    udn,
    protected: true,
    services: [
      service('BasicManagement', 2, [
        action('GetDeviceStatus', [], [argument('DeviceStatus')]),
        action('Reboot', [], [argument('RebootStatus')]),
        action(
          'Ping',
          [
            argument('Host'),
            argument('NumberOfRepetitions', { type: 'ui4', default: '4', minimum: '1', maximum: '64' }),
            argument('DSCP', { type: 'ui1', minimum: '0', maximum: '63' }),
            argument('Verbose', { type: 'boolean', default: '0' }),
          ],
          [argument('TestID', { type: 'ui4' })],
        ),
      ]),
      service('ConfigurationManagement', 2, [
        action('GetSupportedDataModels', [], [argument('SupportedDataModels', { document: true })]),
        action('GetValues', [argument('Parameters', { document: true })], [argument('ParameterValueList', { document: true })]),
        action('SetValues', [argument('ParameterValueList', { document: true })], [argument('Status')]),
        action('SetAlarmsEnabled', [argument('StateVariableValue', { allowed_values: ['Off', 'On', 'Auto'], default: 'On' })]),
      ]),
      service('DeviceProtection', 1, [
        action('GetAssignedRoles', [], [argument('RoleList')]),
        action('SetUserLoginPassword', [argument('Name'), argument('NewPassword', { secret: true })]),
      ]),
    ],
  };
}

const MODELS =
  '<?xml version="1.0"?><cms:SupportedDataModels xmlns:cms="urn:schemas-upnp-org:dm:cms"><SubTree>' +
  '<URI>urn:broadband-forum-org:tr-181-2-11-0</URI><Location>/BBF/</Location><URL/>' +
  '<Description>Device:2</Description></SubTree></cms:SupportedDataModels>';

const ANSWERS: Record<string, ArgumentValue[]> = {
  GetDeviceStatus: [{ name: 'DeviceStatus', value: 'OK,2026-03-04T10:11:12Z' }],
  GetSupportedDataModels: [{ name: 'SupportedDataModels', value: MODELS }],
  GetAssignedRoles: [{ name: 'RoleList', value: 'Admin' }],
  Ping: [{ name: 'TestID', value: '7' }],
};

export function answerTo(action: string): ArgumentValue[] {
  return ANSWERS[action] ?? [];
}

export function writtenCall(service: string, action: string, given: ArgumentValue[]): CommandLinesView {
  const name = service.split(':').at(-1) ?? service;
  const secret = given.some((one) => /password/i.test(one.name));
  const words = given.map((one) => (/password/i.test(one.name) ? `${one.name}="\${LANSIDE_SECRET_1:?}"` : `${one.name}='${one.value}'`));
  return {
    curl: `curl --silent --cert certificate.pem --key key.pem --cacert gateway.pem \\\n  --header 'SOAPACTION: "urn:schemas-upnp-org:service:${name}:2#${action}"' \\\n  --url http://192.168.1.1:49000/control/${name}`,
    cli: ['lanside call uuid:1', name, action, ...words].join(' '),
    files: ['certificate.pem', 'key.pem', 'gateway.pem'],
    secrets: secret ? ['LANSIDE_SECRET_1'] : [],
  };
}
