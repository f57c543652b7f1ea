//! Words for what a gateway tells before it is paired.
import { day, t, type MessageKey } from '../../i18n/index.svelte';
import type { CardView, TrustedHow, TrustView } from '../../ipc/bindings';

/** `TR-181 2.11` of `urn:broadband-forum-org:tr-181-2-11-0`; another maker's stays as it is. */
export function modelName(uri: string): string {
  const parts = /:tr-(\d+)-(\d+)-(\d+)(?:-\d+)*$/i.exec(uri);
  if (parts) return `TR-${parts[1]} ${parts[2]}.${parts[3]}`;
  // Models of the UPnP Forum name a service: urn:UPnP:Parent Device:1:ConfigurationManagement:2.
  return /^urn:UPnP:.*:(\w+:\d+)$/i.exec(uri)?.[1] ?? uri;
}

/** How it can be paired, in words; empty when it does not tell. */
export function waysToPair(card: CardView): string[] {
  const protects = card.gateway.services.some((one) => one.type.includes(':DeviceProtection:'));
  // Without any service nothing is known yet.
  if (card.gateway.services.length > 0 && !protects) return [t('card_no_protection')];
  return card.protocols.map((name) =>
    name === 'WPS' ? t('card_way_WPS') : name === 'PKCS5' ? t('card_way_PKCS5') : name,
  );
}

/** Sixty-four digits, in groups that an eye can keep. */
export function grouped(hex: string): string {
  return hex.replace(/(.{4})(?=.)/g, '$1 ');
}

/** What made a certificate trusted, in words. */
export function trustedHow(how: TrustedHow): string {
  return t(`trusted_${how}` as MessageKey);
}

/** Since when and how a gateway is trusted. */
export function trustWords(trust: TrustView): string {
  return t('trusted_since', { date: day(trust.since), how: trustedHow(trust.how) });
}
