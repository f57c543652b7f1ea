//! Words for what a gateway tells before it is paired.
import { t } from '../../i18n/index.svelte';
import type { CardView } from '../../ipc/bindings';

/** `TR-181 2.11` of `urn:broadband-forum-org:tr-181-2-11-0`; another maker's stays as it is. */
export function modelName(uri: string): string {
  const parts = /:tr-(\d+)-(\d+)-(\d+)(?:-\d+)*$/i.exec(uri);
  return parts ? `TR-${parts[1]} ${parts[2]}.${parts[3]}` : uri;
}

/** How it can be paired, in words; null when it does not tell. */
export function waysToPair(card: CardView): string | null {
  const protects = card.gateway.services.some((one) => one.type.includes(':DeviceProtection:'));
  // Without any service nothing is known yet.
  if (card.gateway.services.length > 0 && !protects) return t('card_no_protection');
  const ways = card.protocols.map((name) =>
    name === 'WPS' ? t('card_way_WPS') : name === 'PKCS5' ? t('card_way_PKCS5') : name,
  );
  return ways.length > 0 ? `${ways.join('; ')}.` : null;
}
