//! What all lists of nodes share.

/** Height of a row in pixels, `--row-height` of the tokens. */
export const ROW_HEIGHT = 26;

/** Element id of a row of one gateway, for aria-activedescendant. */
export function rowId(udn: string, upnpPath: string): string {
  return `node-${udn}${upnpPath}`.replace(/[^\w-]/g, '_');
}
