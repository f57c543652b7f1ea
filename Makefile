# Two commands matter: `make run` and `make test`. Both install what is missing.

.PHONY: run test bench fuzz package fmt clean

# Builds the release program and opens the window beside a simulated gateway;
# without a display, runs the same job on the command line.
run:
	./scripts/run.sh

# Everything: format, lints, Rust tests, UI tests, the real window.
test:
	./scripts/test.sh

# Ratios against a peer or the bare minimum, measured in the same run.
bench:
	./scripts/bench.sh

# The long run of the parsers under cargo-fuzz; the short one is part of `make test`.
fuzz:
	./scripts/fuzz.sh $(SECONDS_EACH)

# Packages (.deb, .rpm) in target/package; the .deb is installed, started and removed.
package:
	./scripts/package.sh

fmt:
	cargo fmt --all

clean:
	cargo clean
	rm -rf ui/node_modules ui/dist
