//! Gateways seen now and known before, as the program reports them.
import type { DiscoveryView, Failure, GatewayView, InterfaceView } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';

export class Neighbours {
  /** In the order they were found; kinds we manage come first in `shown`. */
  list = $state.raw<GatewayView[]>([]);
  interfaces = $state.raw<InterfaceView[]>([]);
  searching = $state(false);
  /** True once a search came to its end: an empty list then means something. */
  searched = $state(false);
  failure = $state.raw<Failure | null>(null);

  shown = $derived([...this.list].sort((a, b) => rank(a) - rank(b)));

  constructor(private readonly client: Client) {}

  async search(): Promise<void> {
    if (this.searching) return;
    this.searching = true;
    this.failure = null;
    try {
      this.merge(await this.client.discover());
    } catch (reason) {
      this.failure = asFailure(reason);
    }
    this.searching = false;
    this.searched = true;
  }

  async add(address: string): Promise<GatewayView> {
    const found = await this.client.addByAddress(address);
    this.found(found);
    return found;
  }

  found(gateway: GatewayView): void {
    const index = this.list.findIndex((known) => known.udn === gateway.udn);
    this.list = index < 0 ? [...this.list, gateway] : this.list.with(index, gateway);
  }

  /** What a search that just began knows already. */
  started(discovery: DiscoveryView): void {
    this.merge(discovery);
  }

  byUdn(udn: string | null): GatewayView | null {
    return this.list.find((gateway) => gateway.udn === udn) ?? null;
  }

  private merge(discovery: DiscoveryView): void {
    this.interfaces = discovery.interfaces;
    for (const gateway of discovery.devices) this.found(gateway);
  }
}

/** Managed gateways first, then those merely recognised; silent ones last. */
function rank(gateway: GatewayView): number {
  const kinds = { tr064: 0, 'device-protection': 2, 'tr064-issue-1': 4, other: 6 };
  return kinds[gateway.kind] + (gateway.state === 'silent' ? 1 : 0);
}

/** What a gateway is called on the screen. */
export function nameOf(gateway: GatewayView): string {
  return gateway.friendly_name || gateway.model_name || gateway.address || gateway.udn;
}
