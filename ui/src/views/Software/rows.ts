//! Packages and what runs, as lines of a table.
import { t, type MessageKey } from '../../i18n/index.svelte';
import type { DeploymentUnitView, ExecutionUnitView, SoftwareAct } from '../../ipc/bindings';
import type { Row } from './SoftwareTable.svelte';

/** States of the standards with a word of ours; any other is shown as sent. */
const STATES = [
  'Installed', 'Installing', 'Updating', 'Uninstalling', 'Uninstalled', 'Running', 'Stopped', 'Idle', 'Starting', 'Stopping', 'Active',
];

function stateWord(state: string): string {
  return STATES.includes(state) ? t(`software_state_${state}` as MessageKey) : state || t('value_unknown_short');
}

export function unitRow(unit: DeploymentUnitView, offered: readonly SoftwareAct[]): Row {
  return {
    id: unit.id,
    name: unit.name || t('software_unnamed', { number: unit.id }),
    note: unit.kind ?? unit.vendor,
    url: unit.url,
    version: unit.version,
    state: stateWord(unit.state),
    fault: null,
    acts: (['update', 'uninstall'] as const).filter((act) => offered.includes(act)),
  };
}

export function executionRow(unit: ExecutionUnitView, offered: readonly SoftwareAct[]): Row {
  const fitting: SoftwareAct = ['Running', 'Starting', 'Active'].includes(unit.state) ? 'stop' : 'start';
  return {
    id: unit.id,
    name: unit.name || t('software_unnamed', { number: unit.id }),
    note: null,
    url: null,
    version: unit.version,
    state: stateWord(unit.state),
    fault: unit.fault,
    acts: offered.includes(fitting) ? [fitting] : [],
  };
}
