//! Fault numbers of the UPnP Device Architecture and of DeviceProtection, in plain words.

const KNOWN = new Set([401, 402, 404, 501, 600, 601, 602, 603, 604, 605, 606, 607]);

/** Text key for a fault number; numbers of a service or of a maker share two texts. */
export function faultKey(code: number): string {
  if (KNOWN.has(code)) return `fault_${code}`;
  return code >= 800 ? 'fault_maker' : 'fault_service';
}
