//! What the window may ask of a gateway besides its settings: how it is, tests, logs.
import type {
  FileFormat,
  LadderView,
  LogLevel,
  LogText,
  LogView,
  StatusPage,
  TestKind,
  TestRequest,
  TestsView,
  TestView,
} from './bindings';

export interface OperationsClient {
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
