//! What every part of the rehearsal stands on: its calls, its pace, its pushes.
import type { AppEvent, Code, Failure, GatewayView } from './bindings';

export const UDN = 'uuid:6d61726b-6574-4c61-8e73-696465000001';

/** Delays of a scene, in milliseconds; tests set them to zero. */
export interface Pace {
  answer: number;
  step: number;
}

/** A `Failure` as a call rejects with it. */
export function failure(code: Code, message: string, more: Partial<Failure> = {}): Failure {
  return {
    code,
    message,
    detail: null,
    upnp_code: null,
    next: null,
    kind: { type: 'internal' },
    gateway: null,
    step: null,
    ...more,
  };
}

export function gatewayView(more: Partial<GatewayView> = {}): GatewayView {
  return {
    udn: UDN,
    friendly_name: 'Hallway gateway',
    manufacturer: 'Example Networks',
    model_name: 'VDSL 7590',
    model_number: '2',
    serial_number: 'EX7590-001122',
    software_version: null,
    address: '192.168.1.1',
    interface: 'enp3s0',
    location: 'http://192.168.1.1:49000/desc.xml',
    secure_location: 'https://192.168.1.1:49443/desc.xml',
    services: [],
    kind: 'tr064',
    state: 'paired',
    reason: null,
    last_seen: null,
    draft_count: 0,
    ...more,
  };
}

export class RehearsalBase {
  readonly calls: { name: string; args: unknown[] }[] = [];
  /** A call named here rejects with the failure, until it is removed. */
  readonly failing = new Map<string, Failure>();
  private readonly listeners = new Set<(event: AppEvent) => void>();

  constructor(readonly pace: Pace = { answer: 0, step: 0 }) {}

  emit(event: AppEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  async onEvent(listener: (event: AppEvent) => void) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  protected async answer<T>(name: string, value: T, ...args: unknown[]): Promise<T> {
    this.calls.push({ name, args });
    await pause(this.pace.answer);
    const failing = this.failing.get(name);
    if (failing) throw failing;
    return value;
  }
}

/** What a call remembers of a secret. */
export function secret(text: string): string {
  return text === '' ? '' : '[secret]';
}

export function pause(milliseconds: number): Promise<void> {
  return milliseconds > 0 ? new Promise((done) => setTimeout(done, milliseconds)) : Promise.resolve();
}
