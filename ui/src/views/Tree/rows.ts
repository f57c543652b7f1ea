//! What all lists of nodes share.

/** Height of a row in pixels, `--row-height` of the tokens. */
export const ROW_HEIGHT = 26;

/** Element id of a row, for aria-activedescendant. */
export function rowId(upnpPath: string): string {
  return `node-${upnpPath.replace(/[^\w-]/g, '_')}`;
}
