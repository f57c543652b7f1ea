#!/usr/bin/env node
// Writes every size the bundles need from icon.svg and icon-small.svg into icons/generated.
// Usage: node icons/generate.mjs      (needs `npm --prefix packaging install`)
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const tauri = join(here, "../packaging/node_modules/.bin/tauri");
const out = join(here, "generated");
const SMALL = [16, 24, 32];
const LARGE = [48, 64, 128, 256, 512];

const scratch = mkdtempSync(join(tmpdir(), "lanside-icons-"));
try {
    const draw = (source, sizes) =>
        execFileSync(tauri, ["icon", join(here, source), "--output", scratch, ...sizes.flatMap((size) => ["--png", size])], {
            stdio: "pipe",
        });
    draw("icon-small.svg", SMALL);
    draw("icon.svg", LARGE);
    // Without sizes the tool writes everything it knows; only the container for macOS is taken.
    const macos = join(scratch, "macos");
    execFileSync(tauri, ["icon", join(here, "icon.svg"), "--output", macos], { stdio: "pipe" });

    const png = (size) => readFileSync(join(scratch, `${size}x${size}.png`));
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
    for (const size of [...SMALL, ...LARGE]) {
        const name = size === 512 ? "icon.png" : `${size}x${size}.png`;
        writeFileSync(join(out, name), png(size));
    }
    writeFileSync(join(out, "icon.ico"), ico([...SMALL, 48, 64, 128, 256].map((size) => [size, png(size)])));
    writeFileSync(join(out, "icon.icns"), readFileSync(join(macos, "icon.icns")));
} finally {
    rmSync(scratch, { recursive: true });
}

/** A Windows icon: a directory of 16 octets a picture, then the pictures as PNG. */
function ico(pictures) {
    const head = Buffer.alloc(6 + 16 * pictures.length);
    head.writeUInt16LE(1, 2);
    head.writeUInt16LE(pictures.length, 4);
    let offset = head.length;
    pictures.forEach(([size, picture], at) => {
        const entry = 6 + 16 * at;
        // 0 stands for 256.
        head.writeUInt8(size % 256, entry);
        head.writeUInt8(size % 256, entry + 1);
        head.writeUInt16LE(1, entry + 4);
        head.writeUInt16LE(32, entry + 6);
        head.writeUInt32LE(picture.length, entry + 8);
        head.writeUInt32LE(offset, entry + 12);
        offset += picture.length;
    });
    return Buffer.concat([head, ...pictures.map(([, picture]) => picture)]);
}
