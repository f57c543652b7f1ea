//! Sizes of the grid in pixels; the styles of its parts say the same.

export const ROW = 30;
export const HEAD = 30;
export const FIRST = 168;
export const CELL = 148;
