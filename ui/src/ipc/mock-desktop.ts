//! The rehearsal of what belongs to the desktop: links, notifications, licences.
import type { LicenceView, OpenedLink } from './bindings';
import { RehearsalBase } from './mock-base';

export class RehearsedDesktop extends RehearsalBase {
  /** The link that waits for the window. */
  waitingLink: OpenedLink | null = null;
  components: LicenceView[] = [
    { kind: 'crate', name: 'tauri', version: '2.12.5', licence: 'Apache-2.0 OR MIT', source: null },
    { kind: 'crate', name: 'openssl', version: '0.10.82', licence: 'Apache-2.0', source: null },
    { kind: 'npm', name: 'svelte', version: '5.57.0', licence: 'MIT', source: null },
  ];

  /** Somebody opens a link while the window is there. */
  openLink(link: OpenedLink): void {
    this.waitingLink = link;
    this.emit({ kind: 'link_opened' });
  }

  takeLink() {
    const link = this.waitingLink;
    this.waitingLink = null;
    return this.answer('takeLink', link);
  }

  tellInBackground(title: string, text: string) {
    return this.answer('tellInBackground', true, title, text);
  }

  licences() {
    return this.answer('licences', this.components);
  }
}
