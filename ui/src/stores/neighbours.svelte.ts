//! Gateways seen now and known before, as the program reports them.
import type { DiscoveryView, Failure, GatewayView, InterfaceView } from '../ipc/bindings';
import type { Client } from '../ipc/client';
import { asFailure } from '../ipc/errors';

/** A list of this length is taken in at one glance. */
const FILTER_FROM = 5;

export class Neighbours {
  /** In the order they were found; kinds we manage come first in `shown`. */
  list = $state.raw<GatewayView[]>([]);
  interfaces = $state.raw<InterfaceView[]>([]);
  searching = $state(false);
  /** True once a search came to its end: an empty list then means something. */
  searched = $state(false);
  failure = $state.raw<Failure | null>(null);

  /** What was typed to find one among many. */
  filter = $state('');
  /** With few devices a filter would only be in the way. */
  filterable = $derived(this.list.length > FILTER_FROM);

  /** Everything, in the order of the list, whatever the filter says. */
  shown = $derived([...this.list].sort((a, b) => rank(a) - rank(b)));
  gateways = $derived(this.shown.filter((one) => one.kind === 'tr064' && this.matches(one)));
  others = $derived(this.shown.filter((one) => one.kind !== 'tr064' && this.matches(one)));
  /** Whether there is anything that can be managed here. */
  any = $derived(this.list.some((one) => one.kind === 'tr064'));

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

  private matches(gateway: GatewayView): boolean {
    if (!this.filterable) return true;
    const hay = [gateway.friendly_name, gateway.manufacturer, gateway.model_name, gateway.model_number]
      .concat(gateway.serial_number, gateway.address)
      .join(' ')
      .toLowerCase();
    const words = this.filter.toLowerCase().split(/\s+/);
    return words.every((word) => hay.includes(word));
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
