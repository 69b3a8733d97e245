.PHONY: all test check fleet shots bench sweep fuzz clean

# How many tenants `make fleet` writes, and where.
N ?= 10000
DIR ?= target/fleet-$(N)

# Where `make shots` puts its pictures.
SHOTS ?= target/shots

# With how many tenants `make bench` measures: make bench TENANTS="1000 10000 100000". More options stand in BENCH.
TENANTS ?= 1000 10000
BENCH ?=

# Options of `make sweep`: make sweep SWEEP="--only 'EIO at rename'".
SWEEP ?=

# How long `make fuzz` runs.
SECONDS ?= 60

# Every tenant of this workspace into dist/, by the release build of the program.
all:
	cargo run --quiet --release --locked -- build

# What every change has to pass: format, lints, documentation, licences, build, tests.
test:
	cargo run --quiet --locked -p xtask -- gate

# The tenants' settings, texts, cookies and links: everything that a build would find, and nothing is written.
check:
	cargo run --quiet --release --locked -- check

# A workspace of generated tenants, to try the program at scale: make fleet N=1000.
fleet:
	cargo run --quiet --release --locked -p xtask -- fleet $(N) $(DIR)

# Pictures of each tenant's home and cookie pages: two widths, light and dark, and printed.
shots:
	cargo run --quiet --locked -p xtask -- shots $(SHOTS)

# Builds and previews of generated tenants beside plain programs and Hugo; writes docs/benchmarks.md.
bench:
	cargo run --quiet --release --locked -p xtask -- bench --tenants $(TENANTS) $(BENCH)

# Builds that fail and are killed at each of their calls about files, one after the other: a quarter of an hour and more.
sweep:
	cargo run --quiet --release --locked -p xtask -- sweep $(SWEEP)

# Texts that libFuzzer makes up, read as durations for a minute: make fuzz SECONDS=600. It needs a C++ compiler.
fuzz:
	cargo run --quiet --locked -p xtask -- fuzz --seconds $(SECONDS)

# Removes what was compiled, generated fleets with it, and the built sites.
clean:
	cargo clean && rm -rf dist
