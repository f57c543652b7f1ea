//! German texts of what belongs to the desktop: links, notifications, About.
import type { desktopEn } from './desktop-en';

export const desktopDe: Record<keyof typeof desktopEn, string> = {
  // Links
  command_copy_link: 'Link zu dieser Einstellung kopieren',
  command_copy_link_words: 'teilen url adresse verweis',
  link_unknown_title: 'Dieses Gateway ist hier nicht bekannt',
  link_unknown_text: 'Der Link führt zu {udn}. Kein gefundenes Gateway ist dieses.',
  link_unknown_hint: 'Ist dieser Computer im Netz jenes Gateways?',
  link_search: 'Neu suchen',
  link_bad_title: 'Dieser Link ist nicht brauchbar',
  link_bad_too_long: 'Er ist zu lang. Bitten Sie noch einmal darum.',
  link_bad_other_kind: 'Er führt zu keinem Gateway. Bitten Sie noch einmal darum.',
  link_bad_gateway: 'Er nennt kein Gateway. Bitten Sie noch einmal darum.',
  link_bad_path: 'Er nennt keine Einstellung des Gateways. Bitten Sie noch einmal darum.',
  // Dateien, die auf das Fenster gezogen werden
  drop_here: 'Rezept, Sicherung oder Bericht hier ablegen',
  drop_unknown: 'Nur Rezepte (.toml), Sicherungen (.json, .csv) und Berichte (.html) können abgelegt werden.',
  drop_too_large: 'Diese Datei ist zum Ablegen zu groß. Wählen Sie sie beim Namen.',
  drop_no_gateway: 'Öffnen Sie das Gateway dieser Sicherung und legen Sie sie noch einmal ab.',
  drop_snapshot_kept: '{file} liegt nun bei den Sicherungen von {name}.',
  // Notifications
  away_back: 'Es hat neu gestartet und antwortet wieder.',
  away_lost: 'Es hat nach dem Neustart nicht rechtzeitig geantwortet.',
  away_reset: 'Das Zurücksetzen ist zu Ende. Sehen Sie, was noch zu tun ist.',
  away_test: 'Der Test ist zu Ende.',
  away_applied: 'Ihre Änderungen sind übernommen und zurückgelesen.',
  away_differs: 'Ihre Änderungen sind gesendet. Sehen Sie, was daraus wurde.',
  away_software: 'Die Änderung der Software ist zu Ende.',
  away_recipe: 'Das Rezept ist zu Ende',
  away_recipe_gateways_one: 'Es lief an {count} Gateway.',
  away_recipe_gateways_other: 'Es lief an {count} Gateways.',
  away_look: 'Öffnen Sie Lanside und sehen Sie, was zu tun ist.',
  // About
  command_about: 'Über Lanside',
  command_about_words: 'version lizenz urheber',
  about_title: 'Über Lanside',
  about_text: 'Findet, koppelt und verwaltet Heim-Gateways von ihrer LAN-Seite aus.',
  about_own: 'Lizenz: {licence}',
  about_licences: 'In Lanside stecken {count} Komponenten anderer',
  about_find: 'Komponente oder Lizenz finden',
  about_none: 'Nichts heißt „{text}“.',
  about_list: 'Komponenten mit ihren Lizenzen',
};
