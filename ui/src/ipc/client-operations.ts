//! What the window may ask of a gateway besides its settings: how it is, tests, logs.
import type {
  ChannelsView,
  FileFormat,
  LadderView,
  LineTonesView,
  LogLevel,
  LogText,
  LogView,
  RebootView,
  ResetPlanView,
  ResetView,
  SnapshotHead,
  SoftwareChange,
  SoftwareChangeView,
  SoftwareListView,
  StatusPage,
  TestKind,
  TestRequest,
  TestsView,
  TestView,
} from './bindings';

export interface OperationsClient {
  /** Restarts it; phases arrive as events. */
  reboot(udn: string): Promise<RebootView>;
  /** Seconds a restart usually takes with this model. */
  usualRestart(udn: string): Promise<number | null>;
  /** What a reset would lose, and what has to be typed; nothing is changed. */
  resetPlan(udn: string): Promise<ResetPlanView>;
  /** Erases every setting; phases arrive as events of a restart. */
  reset(udn: string, confirmation: string, snapshot: SnapshotHead | null): Promise<ResetView>;
  /** What is installed; nothing is changed. */
  software(udn: string): Promise<SoftwareListView>;
  /** Changes software; how far it is arrives as events. */
  changeSoftware(udn: string, change: SoftwareChange): Promise<SoftwareChangeView>;
  /** What the DSL lines measured for each group of tones. */
  lineTones(udn: string): Promise<LineTonesView>;
  /** How crowded the Wi-Fi channels are, by the latest look around. */
  wifiChannels(udn: string): Promise<ChannelsView>;
  /** Tells rates as events until `unwatchTraffic`. */
  watchTraffic(udn: string): Promise<unknown>;
  unwatchTraffic(udn: string): Promise<unknown>;
  /** Everything support asks first, also as text for a ticket. */
  status(udn: string): Promise<StatusPage>;
  /** What stands on what, and the lowest that is broken. */
  ladder(udn: string): Promise<LadderView>;
  /** What the gateway can test and what was tested; nothing is started. */
  tests(udn: string): Promise<TestsView>;
  /** Runs a test; how far it is arrives as events. */
  runTest(udn: string, kind: TestKind, request: TestRequest): Promise<TestView>;
  stopRunningTest(udn: string): Promise<unknown>;
  testResult(udn: string, testId: number): Promise<TestView>;
  stopTest(udn: string, testId: number): Promise<unknown>;
  /** A free name of a file for tests. */
  testFile(udn: string, format: FileFormat): Promise<string>;
  exportTests(tests: TestView[], format: FileFormat, file: string): Promise<unknown>;
  logs(udn: string): Promise<LogView[]>;
  /** Reads at most `octets` of a log; another host than the gateway only when wanted. */
  logText(udn: string, uri: string, octets: number, elsewhere: boolean): Promise<LogText>;
  keepLogLevel(udn: string, uri: string, level: LogLevel): Promise<LogView>;
  /** A free name of a file for a log. */
  logFile(udn: string): Promise<string>;
  saveLog(lines: string[], file: string): Promise<unknown>;
}
