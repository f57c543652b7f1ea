//! Tests the rehearsed gateway runs, and the logs it keeps.
import type { FileFormat, LogLevel, LogText, LogView, TestKind, TestRequest, TestResult, TestsView, TestView, TestWay } from './bindings';
import { failure, pause, UDN } from './mock-base';
import { RehearsedOperations } from './mock-operations';

const BY_ACTION: TestKind[] = ['ping', 'traceroute', 'nslookup', 'selftest', 'interface_reset'];
const BY_MODEL: TestKind[] = ['ping', 'traceroute', 'nslookup', 'download', 'upload', 'udpecho', 'serverselection', 'neighbours'];

export class RehearsedTests extends RehearsedOperations {
  offers: TestsView = {
    offered: [...offered(BY_ACTION, 'basic_management'), ...offered(BY_MODEL, 'data_model')],
    remembered: [],
    bandwidth_info: null,
    interfaces: [
      { path: 'Device.IP.Interface.1.', name: 'wan' },
      { path: 'Device.IP.Interface.2.', name: 'br-lan' },
    ],
    history: [],
  };
  /** What a test comes to; by kind when nothing is set. */
  outcome: Partial<TestView> = {};
  /** A test waits until it is stopped. */
  endless = false;
  private stopped: (() => void) | null = null;

  tests(udn: string): Promise<TestsView> {
    return this.answer('tests', this.offers, udn);
  }

  async runTest(udn: string, kind: TestKind, request: TestRequest): Promise<TestView> {
    await this.answer('runTest', null, udn, kind, request);
    const way = request.way ?? (BY_ACTION.includes(kind) ? 'basic_management' : 'data_model');
    this.emit({ kind: 'test_progress', udn, news: { news: 'started', way, test_id: 7, patience_s: 32 } });
    this.emit({ kind: 'test_progress', udn, news: { news: 'state', state: 'in_progress', seconds: 0.1, how: 'event' } });
    let view = testView(kind, { udn, way, target: request.target ?? null, ...this.outcome });
    if (this.endless) {
      await new Promise<void>((stop) => (this.stopped = stop));
      view = { ...view, state: 'canceled', status: 'Canceled', passed: false, result: null };
    }
    await pause(this.pace.step);
    this.offers = { ...this.offers, history: [view, ...this.offers.history] };
    return view;
  }

  stopRunningTest(udn: string) {
    this.stopped?.();
    return this.answer('stopRunningTest', null, udn);
  }

  testResult(udn: string, testId: number) {
    return this.answer('testResult', testView('ping', { udn, test_id: testId }), udn, testId);
  }

  async stopTest(udn: string, testId: number) {
    await this.answer('stopTest', null, udn, testId);
    this.offers = { ...this.offers, remembered: this.offers.remembered.filter((one) => one.test_id !== testId) };
  }

  testFile(udn: string, format: FileFormat) {
    return this.answer('testFile', `/home/anna/Documents/tests-hallway-gateway.${format}`, udn, format);
  }

  exportTests(tests: TestView[], format: FileFormat, file: string) {
    return this.answer('exportTests', null, tests, format, file);
  }

  keptLogs: LogView[] = [logView()];
  log: LogText = logText();

  logs(udn: string): Promise<LogView[]> {
    return this.answer('logs', this.keptLogs, udn);
  }

  logText(udn: string, uri: string, octets: number, elsewhere: boolean): Promise<LogText> {
    return this.answer('logText', { ...this.log, uri }, udn, uri, octets, elsewhere);
  }

  async keepLogLevel(udn: string, uri: string, level: LogLevel): Promise<LogView> {
    await this.answer('keepLogLevel', null, udn, uri, level);
    const found = this.keptLogs.find((one) => one.uri === uri);
    if (!found) throw failure('Usage', 'There is no such log.');
    const changed = { ...found, level: level.charAt(0).toUpperCase() + level.slice(1) };
    this.keptLogs = this.keptLogs.map((one) => (one === found ? changed : one));
    return changed;
  }

  logFile(udn: string) {
    return this.answer('logFile', '/home/anna/Documents/log-hallway-gateway.log', udn);
  }

  saveLog(lines: string[], file: string) {
    return this.answer('saveLog', null, lines, file);
  }
}

function offered(kinds: TestKind[], way: TestWay) {
  return kinds.map((kind) => ({ kind, way }));
}

/** What each kind of test finds when all is well. */
const FOUND: Partial<Record<TestKind, TestResult>> = {
  ping: { type: 'packets', received: 4, lost: 0, minimum_ms: 11, average_ms: 14.5, maximum_ms: 23, address: '192.0.2.80' },
  udpecho: { type: 'packets', received: 9, lost: 1, minimum_ms: 8, average_ms: 12, maximum_ms: 31, address: null },
  traceroute: {
    type: 'route',
    response_ms: 15,
    hops: [
      { number: 1, address: '192.0.2.1', name: null, times_ms: [2, 2.4, 2.1] },
      { number: 2, address: null, name: null, times_ms: [] },
      { number: 3, address: '198.51.100.77', name: 'core.example.net', times_ms: [9, 15, 11] },
    ],
  },
  nslookup: {
    type: 'names',
    successes: 1,
    answers: [
      {
        status: 'Success',
        answer_type: 'NonAuthoritative',
        name: 'www.example.net',
        addresses: ['192.0.2.80', '2001:db8::80'],
        server: '192.0.2.53',
        response_ms: 12,
      },
    ],
  },
  download: {
    type: 'transfer',
    octets: 10_000_000,
    seconds: 0.4,
    bits_per_second: 200_000_000,
    connect_ms: 12,
    first_octet_ms: 30,
    address: '192.0.2.80',
  },
  serverselection: { type: 'fastest', host: 'b.example.net', minimum_ms: 8, average_ms: 9, maximum_ms: 12 },
  bandwidth: { type: 'document', text: '<BandwidthTestResult><KilobitsPerSecond>243100</KilobitsPerSecond></BandwidthTestResult>' },
  interface_reset: { type: 'interfaces', successes: 2, failures: 0 },
  selftest: { type: 'selftest' },
  neighbours: {
    type: 'networks',
    networks: [
      neighbour('Upstairs', 1, -58),
      neighbour('Café', 6, -71),
      neighbour('', 6, -88),
      neighbour('Upstairs', 44, -64, '5GHz'),
    ],
  },
};

function neighbour(ssid: string, channel: number, signal: number, band = '2.4GHz') {
  return {
    ssid,
    bssid: `02:00:5E:A0:00:${channel}${signal}`,
    band,
    channel,
    signal_dbm: signal,
    noise_dbm: -95,
    width: '20MHz',
    security: 'WPA2',
    standards: 'n,ax',
  };
}

export function testView(kind: TestKind, more: Partial<TestView> = {}): TestView {
  return {
    udn: UDN,
    kind,
    way: 'basic_management',
    target: 'www.example.net',
    test_id: 7,
    started: '2026-03-04T10:11:12Z',
    seconds: 3.2,
    state: 'completed',
    noticed_by: 'event',
    passed: true,
    status: 'Success',
    info: null,
    result: FOUND[kind] ?? { type: 'values', values: [{ name: 'Whatever', value: '1' }] },
    ...more,
  };
}

export function logView(more: Partial<LogView> = {}): LogView {
  return {
    uri: 'urn:example:log:system',
    name: null,
    configurable: true,
    enabled: true,
    level: 'Informational',
    url: '/logs/system.txt',
    max_octets: 65_536,
    last_change: '2026-03-04T10:00:00Z',
    ...more,
  };
}

function logText(): LogText {
  const line = (level: LogLevel | null, text: string) => ({ level, text });
  return {
    uri: 'urn:example:log:system',
    protected: true,
    octets: 412,
    cut: false,
    lines: [
      line('informational', '2026-03-04T09:12:00Z Informational system: started'),
      line('warning', '2026-03-04T09:12:20Z Warning dsl: retrain after loss of sync'),
      line('error', '2026-03-04T09:12:31Z Error ppp: authentication failed'),
      line('notice', '2026-03-04T09:13:02Z Notice ppp: connected'),
      line(null, 'something that does not say how severe it is'),
    ],
  };
}
