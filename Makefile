# The face of the build; the work is done by Meson, Ninja and the programs in tools/. `make help` lists the targets.
# Settings: PREFIX and DESTDIR for install, JOBS for parallel work, ONLY=tools,c,web,... for a part of `make check`.

PREFIX ?= /usr/local
DESTDIR ?=
JOBS ?= $(shell nproc)
ONLY ?=
# The console needs Node to build; without web/ (a source package of the C part) the program is built without it.
CONSOLE ?= $(if $(wildcard web/package.json),enabled,disabled)

export PATH := $(CURDIR)/.tools/node_modules/.bin:$(PATH)
# Debian's npm sets up colours and progress bars even in logs; ours are read by people later.
export NO_UPDATE_NOTIFIER := 1

.DEFAULT_GOAL := all
.PHONY: all build web setup setup-build demo check check-long bench simulations install format clean help

all: setup-build build ## build/rekindle, optimised, with the console inside (sets the machine up first)

build: $(if $(filter enabled,$(CONSOLE)),web)
	@tools/configure build --buildtype=debugoptimized -Dconsole=$(CONSOLE) --prefix=$(PREFIX)
	@ninja -C build -j $(JOBS) --quiet rekindle
	@echo "built build/rekindle"

demo: all ## sets up, builds and shows a simulated shop live; prints the URL and the login
	build/rekindle demo

check: setup ## every test and check; the last line is the count
	@node tools/check.mjs $(if $(ONLY),--only $(ONLY))

check-long: setup ## the same with the long runs (kill -9 two hundred times, fuzzing); hours, not minutes
	@REKINDLE_LONG=1 node tools/check.mjs $(if $(ONLY),--only $(ONLY))

bench: setup build ## what it can do on this machine: import rate, latency, memory, idle CPU, mail; ONLY=mail: just that
	@tools/npm-ci tests
	@ninja -C build --quiet bench/walks_bench bench/step_bench bench/mail_bench
	@node bench/run.mjs

simulations: setup-build ## thousands of shops whose true effect is known; rewrites the tables of docs/simulations.md
	@tools/configure build-simulations --buildtype=debugoptimized -Dconsole=disabled
	@ninja -C build-simulations -j $(JOBS) --quiet tests/statistics/experiment
	@nice build-simulations/tests/statistics/experiment >build-simulations/tables.md
	@node tests/statistics/write-tables.mjs docs/simulations.md <build-simulations/tables.md

install: build ## copies the program to $(DESTDIR)$(PREFIX)
	@DESTDIR=$(DESTDIR) meson install -C build --no-rebuild --quiet --strip
	@echo "installed $(DESTDIR)$(PREFIX)/bin/rekindle"

web: ## builds the console into web/dist (npm ci and vite build)
	@tools/build-web

setup: ## installs what all targets need: Debian packages (as root or by sudo) and Node in .tools
	@tools/setup all

setup-build:
	@tools/setup build

format: ## formats the C sources in place, as `make check` demands
	@tools/format.mjs

clean: ## removes what was built; keeps .tools and node_modules
	rm -rf build build-san build-fuzz build-simulations web/dist

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
