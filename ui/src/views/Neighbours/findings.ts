//! From a finding's code and facts to the sentences of the language in use.
import { list, number, seconds, t, tn, type MessageKey, type Values } from '../../i18n/index.svelte';
import type { AdapterCheckView, DoctorView, FindingView } from '../../ipc/bindings';

/** What was found, in one or two sentences. */
export function sentence(finding: FindingView, view: DoctorView): string {
  const { facts } = finding;
  const values = filled(finding, view);
  const count = facts.count ?? 0;
  /** One of two texts, as a list has something in it or not. */
  const either = (named: readonly string[], some: MessageKey, none: MessageKey) =>
    t(named.length > 0 ? some : none, values);
  switch (finding.code) {
    case 'multicast_not_heard':
      return either(facts.programs, 'finding_multicast_not_heard_what_by', 'finding_multicast_not_heard_what');
    case 'port_held':
      return either(facts.programs, 'finding_port_held_what_by', 'finding_port_held_what');
    case 'vpn_takes_route':
      return either(facts.other_adapters, 'finding_vpn_takes_route_what', 'finding_vpn_takes_route_what_all');
    case 'descriptions_unreadable':
      return either(
        facts.addresses,
        'finding_descriptions_unreadable_what_from',
        'finding_descriptions_unreadable_what',
      );
    case 'nobody_answered':
      if (count > 0) return tn('finding_nobody_answered_what_heard', count, values);
      return t('finding_nobody_answered_what', values);
    case 'none_manageable':
      return tn('finding_none_manageable_what', count, values);
    case 'gateways_found':
      return tn('finding_gateways_found_what', count, values);
    default:
      return t(`finding_${finding.code}_what`, values);
  }
}

/** What to do about it; null for what works. */
export function advice(finding: FindingView, view: DoctorView): string | null {
  const { code } = finding;
  if (code === 'gateways_found' || code === 'multicast_works' || code === 'port_shared') return null;
  return t(`finding_${code}_next`, filled(finding, view));
}

/** An address worth adding by hand, where a finding names one. */
export function worthAdding(finding: FindingView): string | null {
  return finding.code === 'gateway_answers_unicast_only' ? finding.facts.gateway : null;
}

/** One line of the table: an adapter, or one of several addresses it was searched from. */
export interface AdapterLine {
  key: string;
  name: string;
  kind: string;
  address: string;
  /** Why the adapter is left out; then the rest is empty. */
  leftOut: string | null;
  sent: string;
  /** The system's words when it was not sent. */
  trouble: string | null;
  heard: string;
  answers: string;
}

export function adapterLines(adapters: readonly AdapterCheckView[]): AdapterLine[] {
  const yes = (told: boolean) => t(told ? 'adapter_yes' : 'adapter_no');
  return adapters.flatMap((adapter): AdapterLine[] => {
    const about = { name: adapter.name, kind: t(`adapter_kind_${adapter.kind}`) };
    if (adapter.left_out !== null || adapter.checks.length === 0) {
      return [
        {
          ...about,
          key: adapter.name,
          address: adapter.addresses.join(', '),
          leftOut: adapter.left_out === null ? null : t(`left_out_${adapter.left_out}`),
          sent: '',
          trouble: null,
          heard: '',
          answers: '',
        },
      ];
    }
    return adapter.checks.map((check) => ({
      ...about,
      key: `${adapter.name} ${check.address}`,
      address: check.address,
      leftOut: null,
      sent: yes(check.sent),
      trouble: check.not_sent ?? check.not_listening,
      heard: yes(check.heard_back),
      answers: number(check.answers),
    }));
  });
}

/** Everything on the screen as plain text, to hand to somebody who helps. */
export function asText(view: DoctorView, title: string, version: string | null): string {
  const findings = view.findings.flatMap((finding) => {
    const next = advice(finding, view);
    const first = `${t(`severity_${finding.severity}`)}: ${sentence(finding, view)}`;
    return next === null ? [first] : [first, `  ${next}`];
  });
  const adapters = adapterLines(view.adapters).map((line) => {
    const about = `${line.name} (${line.kind}) ${line.address}`.trim();
    const outcome = [
      `${t('adapter_sent')}: ${line.sent}${line.trouble === null ? '' : ` (${line.trouble})`}`,
      `${t('adapter_heard')}: ${line.heard}`,
      `${t('adapter_answers')}: ${line.answers}`,
    ];
    if (line.leftOut !== null) return `${about}. ${t('left_out', { reason: line.leftOut })}`;
    return line.sent === '' ? about : `${about}. ${outcome.join(', ')}`;
  });
  const head = [title, t('doctor_took', { time: seconds(view.seconds) })];
  if (version !== null) head.push(t('version', { version }));
  return [...head, '', ...findings, '', ...adapters, ''].join('\n');
}

function filled({ code, facts }: FindingView, view: DoctorView): Values {
  const onPort = code === 'port_held' || code === 'port_shared';
  const programs = onPort ? portPrograms(view, facts.programs) : facts.programs;
  return {
    adapters: list(facts.adapters),
    others: list(facts.other_adapters),
    addresses: list(facts.addresses),
    programs: list(programs),
    devices: list(facts.devices),
    gateway: facts.gateway ?? '',
    detail: facts.detail ?? t('no_details'),
  };
}

/** Programs on the port, with words of ours for those nobody may see the name of. */
function portPrograms(view: DoctorView, otherwise: string[]): string[] {
  const holders = view.port_holders ?? [];
  if (holders.length === 0) return otherwise;
  const names = holders.map(({ program, pid }) =>
    program === null ? t('another_program') : pid === null ? program : `${program} (${pid})`,
  );
  return [...new Set(names)].sort();
}
