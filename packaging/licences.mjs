#!/usr/bin/env node
// Lists what Lanside is made of: every Rust crate linked into the programs and every npm package
// in the window, with its licence, and the licence texts that have to travel with the packages.
//
// Usage: node packaging/licences.mjs            writes packaging/licences.json (for the About dialog)
//        node packaging/licences.mjs --texts F  writes list and texts to F (for the packages)
// Needs cargo with the crates fetched, and `npm --prefix ui ci`.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const listFile = join(root, "packaging/licences.json");
// All systems that are packaged for: the list is the same wherever it is made.
const SYSTEMS = ["x86_64-unknown-linux-gnu", "x86_64-pc-windows-msvc", "aarch64-apple-darwin"];
const PROGRAMS = ["lanside-app", "lanside-cli"];

const components = [...rust(), ...npm()].sort(
    (a, b) => order(a.name, b.name) || order(a.version, b.version) || order(a.kind, b.kind),
);
const unnamed = components.filter((component) => !component.licence);
if (unnamed.length !== 0) {
    console.error(`No licence is declared by: ${unnamed.map(({ name }) => name).join(", ")}`);
    process.exit(1);
}

if (process.argv[2] === "--texts") {
    writeFileSync(process.argv[3], withTexts());
} else {
    const list = components.map(({ kind, name, version, licence, source }) => ({ kind, name, version, licence, source }));
    const text = `[\n${list.map((entry) => `  ${JSON.stringify(entry)}`).join(",\n")}\n]\n`;
    writeFileSync(listFile, text);
}

function order(a, b) {
    return a < b ? -1 : a > b ? 1 : 0;
}

/** Crates the programs are linked from, on any of the systems; build tools and tests left out. */
function rust() {
    const found = new Map();
    for (const system of SYSTEMS) {
        const metadata = JSON.parse(
            execFileSync("cargo", ["metadata", "--format-version", "1", "--locked", "--filter-platform", system], {
                cwd: root,
                maxBuffer: 1 << 28,
            }),
        );
        const packages = new Map(metadata.packages.map((one) => [one.id, one]));
        const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node]));
        const open = metadata.packages.filter((one) => PROGRAMS.includes(one.name)).map((one) => one.id);
        const seen = new Set(open);
        while (open.length !== 0) {
            const one = open.pop();
            for (const edge of nodes.get(one).deps) {
                const linked = edge.dep_kinds.some(({ kind }) => kind === null);
                if (linked && !seen.has(edge.pkg)) {
                    seen.add(edge.pkg);
                    open.push(edge.pkg);
                }
            }
        }
        for (const id of seen) {
            const { name, version, license, repository, source, manifest_path, license_file } = packages.get(id);
            // Without a source it is a part of this workspace.
            if (source === null) continue;
            const folder = dirname(manifest_path);
            found.set(id, {
                kind: "crate",
                name,
                version,
                licence: license ?? (license_file ? "see its text" : ""),
                source: repository ?? `https://crates.io/crates/${name}`,
                texts: texts(folder),
            });
        }
    }
    return [...found.values()];
}

/** Packages of the window, those that only build or test it left out. */
function npm() {
    const lock = JSON.parse(readFileSync(join(root, "ui/package-lock.json"), "utf8"));
    return Object.entries(lock.packages)
        .filter(([path, entry]) => path !== "" && !entry.dev && !entry.optional)
        .map(([path, { version, license }]) => {
            const folder = join(root, "ui", path);
            const own = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
            const repository = typeof own.repository === "string" ? own.repository : own.repository?.url;
            return {
                kind: "npm",
                name: path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
                version,
                licence: license ?? own.license ?? "",
                source: address(repository) ?? `https://www.npmjs.com/package/${own.name}`,
                texts: texts(folder),
            };
        });
}

/** npm lets a repository on GitHub be named by its owner and name alone. */
function address(repository) {
    const plain = repository?.replace(/^git\+/, "").replace(/\.git$/, "");
    return plain && !plain.includes(":") ? `https://github.com/${plain}` : plain;
}

/** Contents of the licence files of a package. */
function texts(folder) {
    return readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile() && /^(licen[cs]e|copying|notice|unlicense)/i.test(entry.name))
        .sort((a, b) => order(a.name, b.name))
        .map((entry) => readFileSync(join(folder, entry.name), "utf8").replace(/\r\n/g, "\n").trim());
}

/** The list, then each text once with the names of those it belongs to. */
function withTexts() {
    const owners = new Map();
    for (const { name, version, texts } of components) {
        for (const text of texts) {
            owners.set(text, [...(owners.get(text) ?? []), `${name} ${version}`]);
        }
    }
    const list = components.map(({ kind, name, version, licence, source }) => `${name} ${version} (${kind}): ${licence}\n    ${source}`);
    const parts = [...owners].map(([text, names]) => `${"=".repeat(78)}\n${names.join(", ")}\n${"=".repeat(78)}\n\n${text}\n`);
    return `What Lanside is made of, besides its own code\n\n${list.join("\n")}\n\n${parts.join("\n")}`;
}
