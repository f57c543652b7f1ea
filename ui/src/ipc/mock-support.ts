//! The rehearsal of recipes, messages and reports.
import type {
  ChangeView,
  ConversationView,
  Language,
  RecipeAnswer,
  RecipeReadView,
  RecipeResultView,
  SealView,
  SiteReport,
  TraceEntry,
} from './bindings';
import { failure, UDN } from './mock-base';
import { RehearsedSetup } from './mock-setup';

/** A recipe that reads well; anything with `wrong` in it does not. */
export const RECIPE = 'format = 1\nname = "First set-up"\n\n[variables.wifi-name]\nprompt = "Name of the Wi-Fi"\n';

export function recipeRead(): RecipeReadView {
  const variable = { default: null, secret: false, one_of: [], min_length: 1, max_length: 32 };
  return {
    recipe: {
      name: 'First set-up',
      description: 'Wi-Fi name and password, and the band.',
      notes: 'Put the Wi-Fi card beside the gateway.\nShow it to the customer.\n',
      variables: [
        { ...variable, name: 'wifi-name', prompt: 'Name of the Wi-Fi' },
        { ...variable, name: 'wifi-password', prompt: 'Password of the Wi-Fi', secret: true, min_length: 8, max_length: 63 },
        { ...variable, name: 'band', prompt: 'Band', one_of: ['2.4GHz', '5GHz'] },
        { ...variable, name: 'time-server', prompt: 'Time server', default: 'pool.ntp.org', max_length: 255 },
      ],
    },
    problem: null,
  };
}

export function recipeResult(udn: string, more: Partial<RecipeResultView> = {}): RecipeResultView {
  const change = (path: string, upnp_path: string, old: string | null, next: string | null): ChangeView => ({
    kind: 'set', path, upnp_path, old, new: next, read_back: null, verified: false, state: 'draft',
  });
  return {
    device: udn,
    udn,
    gateway: udn === UDN ? 'Hallway gateway' : `Gateway ${udn.slice(-1)}`,
    outcome: 'planned',
    changes: [
      change('Device.WiFi.SSID.1.SSID', '/BBF/WiFi/SSID/0/SSID', 'Hallway', 'Attic'),
      change('Device.WiFi.AccessPoint.1.Security.KeyPassphrase', '/BBF/WiFi/AccessPoint/0/Security/KeyPassphrase', null, null),
    ],
    already: 1,
    checks: [],
    journal_id: null,
    forecast: null,
    failure: null,
    ...more,
  };
}

export function traceEntry(number: number, more: Partial<TraceEntry> = {}): TraceEntry {
  return {
    number,
    time: new Date(Date.UTC(2026, 0, 1, 12, 0, 0, number * 37)).toISOString(),
    layer: 'soap',
    event: 'request',
    sent: true,
    peer: '192.168.1.1:49443',
    what: 'GetValues',
    service: null,
    milliseconds: null,
    status: null,
    error: null,
    arguments: [],
    forgiven: [],
    text: null,
    curl: null,
    ...more,
  };
}

function conversation(): TraceEntry[] {
  const cms = 'urn:schemas-upnp-org:service:ConfigurationManagement:2';
  const wish = '<?xml version="1.0"?><cms:ContentPathList><ContentPath>/BBF/WiFi/SSID/0/SSID</ContentPath></cms:ContentPathList>';
  return [
    traceEntry(0, { layer: 'ssdp', event: 'search', peer: '239.255.255.250:1900', what: 'M-SEARCH * HTTP/1.1', text: 'M-SEARCH * HTTP/1.1\r\nMAN: "ssdp:discover"\r\nST: upnp:rootdevice\r\n' }),
    traceEntry(1, { layer: 'ssdp', event: 'datagram', sent: false, peer: '192.168.1.1:1900', what: 'HTTP/1.1 200 OK', text: 'HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\n' }),
    traceEntry(2, { layer: 'http', event: 'fetch', what: 'http://192.168.1.1:49000/desc.xml', peer: '192.168.1.1:49000', curl: 'curl --silent --url http://192.168.1.1:49000/desc.xml' }),
    traceEntry(3, { layer: 'http', event: 'document', sent: false, what: 'http://192.168.1.1:49000/desc.xml', peer: '192.168.1.1:49000', status: 200, text: '<root xmlns="urn:schemas-upnp-org:device-1-0"><device/></root>', forgiven: ['the content type is text/plain'] }),
    traceEntry(4, { layer: 'tls', event: 'session', sent: null, what: 'TLSv1.3', text: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' }),
    traceEntry(5, { service: cms, arguments: [{ name: 'Parameters', value: wish }], curl: `curl --silent \\\n  --cert certificate.pem --key key.pem --cacert gateway.pem \\\n  --header 'SOAPACTION: "${cms}#GetValues"' \\\n  --url https://192.168.1.1:49443/cms` }),
    traceEntry(6, { event: 'answer', sent: false, milliseconds: 12.4, arguments: [{ name: 'ParameterValueList', value: '<cms:ParameterValueList/>' }] }),
    traceEntry(7, { what: 'SetValues', service: cms, arguments: [{ name: 'ParameterValueList', value: '[secret]' }], curl: 'curl' }),
    traceEntry(8, { event: 'refusal', sent: false, what: 'SetValues', milliseconds: 8.1, status: 500, error: 'error 701: a parameter is not there', text: '<s:Envelope><s:Body><s:Fault/></s:Body></s:Envelope>' }),
    traceEntry(9, { layer: 'events', event: 'notify', sent: false, what: 'uuid:5f1', status: 200, arguments: [{ name: 'ConfigurationUpdate', value: '42,2026-01-01' }] }),
  ];
}

export class RehearsedSupport extends RehearsedSetup {
  messages = conversation();
  forgotten = 0;
  /** What a plan comes to at a gateway. */
  planned: (udn: string) => RecipeResultView = (udn) => recipeResult(udn);
  /** What running it comes to. */
  ran: (planned: RecipeResultView) => RecipeResultView = (planned) => ({
    ...planned,
    outcome: planned.outcome === 'planned' ? 'changed' : planned.outcome,
    changes: planned.changes.map((one) => ({ ...one, verified: true, state: 'verified' })),
    checks: planned.outcome === 'planned' ? [{ path: 'Device.WiFi.SSID.1.SSID', expected: 'Attic', found: 'Attic', holds: true }] : [],
  });
  private plans: RecipeResultView[] = [];
  seal: SealView = {
    intact: true,
    certificate_sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    fingerprint_words: 'amber lake seven tulip',
    identity: '0a1b2c3d-0000-5000-8000-000000000001',
    common_name: 'Lanside on e14',
    this_computer: false,
  };
  /** Parts of a report that differ. */
  reported: Partial<SiteReport> = {};

  async readRecipe(text: string): Promise<RecipeReadView> {
    const line = text.split('\n').findIndex((one) => one.includes('wrong'));
    const problem = { line: line + 1, column: 3, message: 'nobody knows the key “wrong”; “name” was probably meant' };
    return this.answer('readRecipe', line < 0 ? recipeRead() : { recipe: null, problem }, text);
  }

  async planRecipe(text: string, answers: RecipeAnswer[], udns: string[]) {
    const told = answers.map((one) => ({ ...one, value: one.name.includes('password') ? '[secret]' : one.value }));
    await this.answer('planRecipe', null, text, told, udns);
    this.plans = udns.map((udn) => this.planned(udn));
    return { number: 1, results: this.plans };
  }

  async runRecipe(number: number, evenIfCutOff: boolean) {
    await this.answer('runRecipe', null, number, evenIfCutOff);
    const results = this.plans.map((one) => this.ran(one));
    for (const result of results) this.emit({ kind: 'recipe_progress', result });
    return results;
  }

  conversation(from: number): Promise<ConversationView> {
    return this.answer('conversation', { entries: this.messages.filter((one) => one.number >= from), forgotten: this.forgotten }, from);
  }

  forgetConversation() {
    this.messages = [];
    return this.answer('forgetConversation', null);
  }

  async siteReport(udn: string, since: string | null, notes: string[]): Promise<SiteReport> {
    const { status } = await this.status(udn);
    return this.answer(
      'siteReport',
      {
        udn,
        gateway: status.identity.name,
        title: null,
        sections: ['open', 'found', 'changed', 'tested'],
        time: '2026-01-01T12:00:00Z',
        since: since ?? '2026-01-01T00:00:00Z',
        notes,
        found: status,
        silent: null,
        changed: [],
        tested: [],
        open: [{ matter: 'draft', edits: 2 }],
        shortened: false,
        signer: { certificate_sha256: this.seal.certificate_sha256, fingerprint_words: 'amber lake seven tulip', common_name: 'Lanside on e14' },
        ...this.reported,
      },
      udn,
      since,
      notes,
    );
  }

  reportFile(name: string) {
    return this.answer('reportFile', `/home/anna/Documents/lanside-report-${name.toLowerCase().replaceAll(' ', '-')}.html`, name);
  }

  saveReport(report: SiteReport, language: Language, file: string) {
    return this.answer('saveReport', file, report.udn, language, file, report.title, report.sections);
  }

  showReport(file: string) {
    return this.answer('showReport', null, file);
  }

  async verifyReport(document: string) {
    if (!document.includes('seal')) throw failure('Usage', 'This file has no seal of a report.');
    return this.answer('verifyReport', this.seal, document.length);
  }
}
