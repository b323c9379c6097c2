# pam_jail: one non-recursive Makefile. `make help` lists the targets.

VERSION  := 0.1
MULTIARCH := $(shell $(CC) -print-multiarch 2>/dev/null)
PREFIX   ?= /usr
PAMDIR   ?= $(PREFIX)/lib/$(MULTIARCH)/security
SYSCONFDIR ?= /etc
LIBEXEC  := $(PREFIX)/libexec/pam_jail
SBIN     := $(PREFIX)/sbin
DATA     := $(PREFIX)/share/pam_jail
MANDIR   := $(PREFIX)/share/man
B        ?= build

CPPFLAGS += -D_GNU_SOURCE -Ilibjail -I$(B) \
	-DJAIL_VERSION='"$(VERSION)"' -DJAIL_LIBEXEC='"$(LIBEXEC)"' \
	-DJAIL_DATA='"$(DATA)"' -DJAIL_SYSCONF='"$(SYSCONFDIR)"'
# What the compiler at hand knows; check-hardening looks at the result.
can = $(shell echo | $(CC) -O2 -Werror -include stdio.h $(1) -x c -c -o /dev/null - 2>/dev/null && echo "$(1)")
FORTIFY  := -U_FORTIFY_SOURCE $(or $(call can,-D_FORTIFY_SOURCE=3),-D_FORTIFY_SOURCE=2)
HARDENED := -fstack-protector-strong -fPIC -fvisibility=hidden \
	$(call can,-fstack-clash-protection) \
	$(or $(call can,-fcf-protection),$(call can,-mbranch-protection=standard)) \
	$(if $(SANITIZE)$(COVERAGE),,$(FORTIFY))
WARNINGS := -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes \
	-Wformat=2 -Wno-missing-field-initializers -Wpointer-arith -Wwrite-strings
CFLAGS   ?= -O2 -g
CFLAGS   += -std=gnu11 $(WARNINGS) $(HARDENED) $(SANITIZE) $(if $(COVERAGE),$(COUNTED)) $(if $(CI),-Werror)
LDFLAGS  += -Wl,-z,relro,-z,now,-z,noexecstack,-z,text $(SANITIZE) $(if $(COVERAGE),$(COUNTING))

# Under SANITIZE (check-asan) nothing can be static, and what has no stderr writes
# its reports to files. sshd cannot load a module that needs libasan: the module
# of the plain build is installed then.
STATIC   := $(if $(SANITIZE),-pie,-static-pie)
ASAN_OBJ := $(if $(SANITIZE),$(B)/tests/asan/options.o)
MODULE   ?= $(B)/pam_jail.so
REPORTS  := $(abspath $(B)/reports)

# Under COVERAGE (make coverage) all processes of a program count in one file:
# tests/coverage/counters.c. Not optimized, so that a line is a line; and fork(2) and
# exec are not gcov's, which write the counts and set them to zero.
COUNTED  := -O0 --coverage -fprofile-update=atomic -fdata-sections \
	$(addprefix -fno-builtin-,fork execl execlp execle execv execvp execve)
COUNTERS := $(B)/tests/coverage/counters.o
COUNTING := --coverage -Wl,--wrap=__gcov_exit -Wl,-T,tests/coverage/counters.ld $(COUNTERS)

.DEFAULT_GOAL := all
.PHONY: all help deps demo demo-shell helpers check check-unit check-system check-inject check-guest \
	check-exports check-hardening check-install check-asan check-defences lint format sizes \
	bench bench-calls bench-series install uninstall dist clean

all: ## build everything

LIB_SRC := $(wildcard libjail/*.c libjail/sys/*.c)
LIB_OBJ := $(LIB_SRC:%.c=$(B)/%.o)

$(B)/%.o: %.c | $(if $(COVERAGE),$(COUNTERS))
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(COUNTERS): tests/coverage/counters.c
	@mkdir -p $(@D)
	$(CC) -DCOVERAGE_COUNTERS='"$(abspath $(B)/counters)"' $(WARNINGS) -O2 -fPIC -c -o $@ $<

$(B)/libjail.a: $(LIB_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

# pam_jail.so: exports its pam_sm_* functions and nothing else (check-exports).
MODULE_SRC := $(wildcard pam_jail/*.c)
MODULE_OBJ := $(MODULE_SRC:%.c=$(B)/%.o)

all: $(B)/pam_jail.so

$(B)/pam_jail.so: $(MODULE_OBJ) $(B)/libjail.a
	$(CC) $(LDFLAGS) -shared -Wl,-z,defs -Wl,--exclude-libs,ALL -o $@ $^ -lpam -lcap

# jail-supervisor and init are static: half the start-up, a third of the memory.
SUPERVISOR_SRC := $(filter-out supervisor/init.c,$(wildcard supervisor/*.c))
SUPERVISOR_OBJ := $(SUPERVISOR_SRC:%.c=$(B)/%.o)

all: $(B)/jail-supervisor $(B)/init

$(B)/jail-supervisor: $(SUPERVISOR_OBJ) $(ASAN_OBJ) $(B)/libjail.a
	$(CC) $(LDFLAGS) $(STATIC) -o $@ $^ -lconfuse -lseccomp

# Not under a sanitizer, nor counted: the images have no library of theirs.
$(B)/init $(B)/supervisor/init.o: SANITIZE :=
$(B)/init $(B)/supervisor/init.o: COVERAGE :=

# init has no libc: nothing for a canary or a start-up to lie in.
$(B)/supervisor/init.o: CFLAGS += -ffreestanding -fno-stack-protector -fno-sanitize=all -fno-pic

$(B)/init: $(B)/supervisor/init.o
	$(CC) -nostdlib -static -no-pie -Wl,-z,noexecstack,-z,noseparate-code,--build-id=none -o $@ $^

# rootfs-builder: makes the images. Its main.c apart, the unit tests use it too.
ROOTFS_SRC := $(wildcard rootfs-builder/*.c)
ROOTFS_OBJ := $(ROOTFS_SRC:%.c=$(B)/%.o)
ROOTFS_LIB := $(filter-out %/main.o,$(ROOTFS_OBJ))

$(ROOTFS_OBJ): CPPFLAGS += -DMULTIARCH='"$(MULTIARCH)"'

all: $(B)/jail-rootfs

$(B)/jail-rootfs: $(ROOTFS_OBJ) $(ASAN_OBJ) $(B)/libjail.a
	$(CC) $(LDFLAGS) -pie -o $@ $^ -lelf -ljansson

# jailctl: prints the rows of build_steps.c without the functions behind them.
# Its objects are not in $(B)/jailctl, for that is the program.
JAILCTL_SRC := $(wildcard jailctl/*.c)
JAILCTL_OBJ := $(JAILCTL_SRC:jailctl/%.c=$(B)/jailctl.o/%.o) $(B)/jailctl.o/build_steps.o
ATTEMPTS    := $(patsubst jailctl/%.c,$(B)/jailctl.o/%.o,$(wildcard jailctl/attempts*.c))
JAILCTL_LIB := $(patsubst %,$(B)/jailctl.o/%.o,report_read options pam_line pam_stack text_file \
	table table_cell environment pump trials user_side) $(ATTEMPTS)

all: $(B)/jailctl

$(B)/jailctl.o/%.o: jailctl/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/jailctl.o/build_steps.o: supervisor/build_steps.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -DSTEPS_FOR_READING $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/jailctl: $(JAILCTL_OBJ) $(ASAN_OBJ) $(B)/libjail.a
	$(CC) $(LDFLAGS) -pie -o $@ $^ -lconfuse -lseccomp -lcap -ljansson

# Unit tests: one program per tests/unit/*_test.c, linked with the library.
UNIT_SRC := $(wildcard tests/unit/*_test.c)
UNIT_BIN := $(UNIT_SRC:%.c=$(B)/%)

$(B)/tests/unit/%_test: $(B)/tests/unit/%_test.o $(B)/libjail.a
	$(CC) $(LDFLAGS) -pie -o $@ $^ -lcmocka -lconfuse -lseccomp -lcap

$(B)/tests/unit/seccomp_test $(B)/tests/unit/filter_test: $(B)/tests/unit/bpf_sim.o
$(B)/tests/unit/filter_test $(B)/tests/unit/memory_test $(B)/tests/unit/seccomp_test $(B)/tests/unit/seccomp_list_test \
	$(B)/tests/unit/seccomp_apply_test: \
	$(B)/tests/unit/scratch_lists.o
$(B)/tests/unit/memory_test: LDFLAGS += -Wl,--wrap=malloc,--wrap=calloc,--wrap=reallocarray
$(B)/tests/unit/rootfs_%.o: CPPFLAGS += -Irootfs-builder

$(B)/tests/unit/rootfs_%_test: $(B)/tests/unit/rootfs_%_test.o $(ROOTFS_LIB) $(B)/libjail.a
	$(CC) $(LDFLAGS) -pie -o $@ $^ -lcmocka -lelf -ljansson

$(B)/tests/unit/jailctl_%.o: CPPFLAGS += -Ijailctl

$(B)/tests/unit/jailctl_%_test: $(B)/tests/unit/jailctl_%_test.o $(JAILCTL_LIB) $(B)/libjail.a
	$(CC) $(LDFLAGS) -pie -o $@ $^ -lcmocka -lconfuse -lseccomp -lcap -ljansson

# Fuzz targets: one program per file of tests/fuzz, with libFuzzer's main (FUZZER)
# or with one that replays the kept inputs. The supervisor is an archive here, so
# that a target can answer for a part of it.
FUZZ_SRC  := $(filter-out %/fuzz.c %/replay.c,$(wildcard tests/fuzz/*.c))
FUZZ_BIN  := $(FUZZ_SRC:%.c=$(B)/%_fuzz)
FUZZ_MAIN := $(B)/tests/fuzz/fuzz.o $(if $(FUZZER),,$(B)/tests/fuzz/replay.o)
FUZZ_LINK  = $(CC) $(LDFLAGS) $(FUZZER) -pie -o $@ $^ -lconfuse -lseccomp -lcap -lelf -ljansson

$(B)/tests/fuzz/rootfs_%.o: CPPFLAGS += -Irootfs-builder
$(B)/tests/fuzz/jailctl_%.o: CPPFLAGS += -Ijailctl
$(B)/tests/fuzz/supervisor_%.o: CPPFLAGS += -Isupervisor

$(B)/tests/fuzz/%_fuzz: $(B)/tests/fuzz/%.o $(FUZZ_MAIN) $(B)/libjail.a
	$(FUZZ_LINK)

$(B)/tests/fuzz/seccomp_list_fuzz: $(B)/tests/unit/bpf_sim.o

$(B)/tests/fuzz/rootfs_%_fuzz: $(B)/tests/fuzz/rootfs_%.o $(FUZZ_MAIN) $(ROOTFS_LIB) $(B)/libjail.a
	$(FUZZ_LINK)

$(B)/tests/fuzz/jailctl_%_fuzz: $(B)/tests/fuzz/jailctl_%.o $(FUZZ_MAIN) $(JAILCTL_LIB) \
		$(B)/jailctl.o/process.o $(B)/libjail.a
	$(FUZZ_LINK)

$(B)/tests/fuzz/supervisor.a: $(filter-out %/main.o,$(SUPERVISOR_OBJ))
	@rm -f $@
	$(AR) rcs $@ $^

$(B)/tests/fuzz/supervisor_%_fuzz: $(B)/tests/fuzz/supervisor_%.o $(FUZZ_MAIN) \
		$(B)/tests/fuzz/supervisor.a $(B)/libjail.a
	$(FUZZ_LINK)

check-unit: $(UNIT_BIN) $(FUZZ_BIN) ## unit tests and kept fuzz inputs (neither root nor network)
	CMOCKA_MESSAGE_OUTPUT=TAP prove -e '' $(UNIT_BIN) $(FUZZ_BIN)

# What is found is kept in tests/fuzz/corpus, and replayed by check-unit.
FUZZED := B=$(B)/fuzz CC=clang FUZZER=-fsanitize=fuzzer \
	SANITIZE='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all'

.PHONY: fuzz fuzz-targets

fuzz: ## deps, build, then libFuzzer on every reader, FUZZ_SECONDS (60) each
	packaging/install-deps packaging/build.list tests/fuzz/packages.list
	$(FUZZED) $(MAKE) fuzz-targets
	tests/fuzz/run $(B)/fuzz

fuzz-targets: $(FUZZ_BIN)

# Small programs that tests and benches run, one per file.
$(B)/tests/helpers/with_filter: $(B)/tests/helpers/with_filter.o $(B)/libjail.a
	$(CC) $(LDFLAGS) -pie -o $@ $^ -lseccomp

# The benchmark. The floor is static, as the supervisor is.
BENCH_SRC := $(wildcard tests/bench/*.c)
BENCH_BIN := $(patsubst %,$(B)/tests/bench/%,login floor load whole compiled work)

$(B)/tests/bench/login: $(B)/tests/bench/login.o
	$(CC) $(LDFLAGS) -pie -o $@ $^ -lpam

$(B)/tests/bench/floor: $(patsubst %.c,$(B)/%.o,$(filter tests/bench/floor%,$(BENCH_SRC))) $(B)/libjail.a
	$(CC) $(LDFLAGS) -static-pie -o $@ $^

$(B)/tests/bench/load: $(B)/tests/bench/load.o
	$(CC) $(LDFLAGS) -static-pie -o $@ $^

# Static: it goes into the jails.
$(B)/tests/bench/work: $(B)/tests/bench/work.o
	$(CC) $(LDFLAGS) -static-pie -o $@ $^

$(B)/tests/bench/whole: $(B)/tests/bench/whole.o
	$(CC) $(LDFLAGS) -pie -o $@ $^

$(B)/tests/bench/compiled: $(B)/tests/bench/compiled.o $(B)/libjail.a
	$(CC) $(LDFLAGS) -pie -o $@ $^ -lseccomp

bench: ## deps, build, then what a login costs, beside a floor and other sandboxes
	packaging/install-deps packaging/build.list tests/packages.list tests/bench/packages.list
	$(MAKE) all $(BENCH_BIN) $(B)/tests/helpers/with_filter
	tests/bench/run

bench-calls: ## the system calls of a first login, beside the floor's
	$(MAKE) all $(BENCH_BIN)
	tests/bench/calls

bench-series: ## 10 000 logins in sequence, 200 users at once: what they leave
	$(MAKE) all $(B)/tests/bench/login
	tests/bench/series

# What the machine must have. Each list says why.
deps: ## install the packages that build and tests need (Debian, Ubuntu)
	packaging/install-deps packaging/build.list tests/packages.list

demo: ## deps, build, then log alice in over ssh and look around
	$(MAKE) deps
	$(MAKE) all
	tests/world/run tests/world/demo

demo-shell: ## the same with an interactive login
	$(MAKE) deps
	$(MAKE) all
	tests/world/demo-shell

check: ## deps, build, unit and system tests; nothing may be skipped
	$(MAKE) deps
	$(MAKE) all
	MUST_RUN=1 $(MAKE) check-unit check-exports check-hardening check-install check-system

# Two at a time: each test file is a private host of its own.
SYSTEM_HELPERS := $(patsubst tests/helpers/%.c,$(B)/tests/helpers/%,$(wildcard tests/helpers/*.c)) \
	$(B)/tests/bench/login $(B)/tests/inject/inject

helpers: $(SYSTEM_HELPERS) ## what the system tests run beside the product

# Makes each system call of a login fail once; tests/system/inject.t runs it.
INJECT_OBJ := $(patsubst %.c,$(B)/%.o,$(wildcard tests/inject/*.c)) $(B)/jailctl.o/build_steps.o

$(B)/tests/inject/inject: $(INJECT_OBJ) $(B)/libjail.a
	$(CC) $(LDFLAGS) -pie -o $@ $^ -lpam -lelf -lseccomp -lcap

check-system: all helpers ## real servers and clients, each file in its own test host
	prove -j2 tests/system

check-inject: all helpers ## every system call of a login fails once, and what comes of it
	INJECT_EVERY=1 prove -v tests/system/inject.t

check-guest: ## deps, build, tests under systemd in a Debian 13 guest (the first time: makes it)
	packaging/install-deps packaging/build.list tests/guest/packages.list
	@rm -rf $(B)/guest
	@$(MAKE) -s install DESTDIR=$(abspath $(B)/guest)
	GUEST_TREE=$(abspath $(B)/guest) prove --comments --exec tests/guest/run tests/guest

check-exports: $(B)/pam_jail.so $(B)/tests/helpers/open_now ## the module exports pam_sm_* only, and loads
	nm -D --defined-only $< | awk '{ print $$3 }' | sort | diff - pam_jail/exports
	$(B)/tests/helpers/open_now ./$<

$(B)/tests/helpers/open_now: $(B)/tests/helpers/open_now.o
	$(CC) $(LDFLAGS) -pie -o $@ $^

# Static: they go into the jails, whose image is nobody's to rely on.
$(B)/tests/helpers/try_escape $(B)/tests/helpers/send_log: %: %.o
	$(CC) $(LDFLAGS) -static-pie -o $@ $^ -lcap

# Its attempts are those of jailctl selftest.
$(B)/tests/helpers/try_escape.o: CPPFLAGS += -Ijailctl
$(B)/tests/helpers/try_escape: $(ATTEMPTS)

$(B)/tests/helpers/hung_fuse: $(B)/tests/helpers/hung_fuse.o
	$(CC) $(LDFLAGS) -pie -o $@ $^

check-hardening: all ## what was built is as hard as the flags say
	@tests/build/hardening "$(HARDENED)" $(B)/pam_jail.so $(MODULE_OBJ) $(LIB_OBJ)
	@tests/build/hardening "$(HARDENED)" $(B)/jail-supervisor $(SUPERVISOR_OBJ) $(LIB_OBJ)
	@tests/build/hardening "$(filter -fcf% -mbranch%,$(HARDENED)) -ffreestanding" \
		$(B)/init $(B)/supervisor/init.o
	@tests/build/hardening "$(HARDENED)" $(B)/jail-rootfs $(ROOTFS_OBJ)
	@tests/build/hardening "$(HARDENED)" $(B)/jailctl $(JAILCTL_OBJ) $(LIB_OBJ)

check-defences: all helpers ## each promise that names what keeps it fails without that
	tests/build/defences

check-install: all ## uninstall removes what install put
	tests/build/uninstall $(abspath $(B)/installed)

# AddressSanitizer and UBSan: the unit tests, then the module in a small program of
# its own, then real logins with all programs but init. Not those by vsftpd, which
# leaves a process 200 MB of addresses: the shadow does not fit.
ASAN := B=$(B)/asan MODULE=$(B)/pam_jail.so SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer'

check-asan: ## unit and system tests under AddressSanitizer and UBSan
	$(MAKE) deps
	$(MAKE) all helpers
	$(ASAN) $(MAKE) all check-unit $(B)/asan/tests/asan/pam_session
	@rm -rf $(B)/asan/reports && mkdir -p $(B)/asan/reports
	$(ASAN) MUST_RUN=1 prove -j2 tests/asan \
		$(filter-out %/ftp.t %/inject.t %/jailctl-faults.t,$(wildcard tests/system/*.t))
	@! grep -rE -A 12 'ERROR:|runtime error:' $(B)/asan/reports

$(B)/tests/asan/options.o: CPPFLAGS += -DREPORTS='"$(REPORTS)"'

$(B)/tests/asan/pam_session: $(B)/tests/asan/pam_session.o
	$(CC) $(LDFLAGS) -pie -o $@ $^ -lpam

# What a process did counts however it ended: tests/coverage/counters.c. Every call
# that can be made to fail is.
COVERED := B=$(B)/coverage COVERAGE=1
THOROUGH := MUST_RUN=1 INJECT_EVERY=1 FAULTS_EVERY=1 PROMISE_SECONDS=1800

.PHONY: coverage

coverage: ## deps, build, then which code that runs as root the tests reach (20 min)
	packaging/install-deps packaging/build.list tests/packages.list tests/coverage/packages.list
	$(MAKE) helpers
	rm -rf $(B)/coverage && mkdir -p $(B)/coverage/counters
	$(COVERED) $(MAKE) all check-unit
	status=0; $(COVERED) $(THOROUGH) prove -j2 tests/system || status=1; \
	tests/coverage/report $(B)/coverage && exit $$status

# --- lint --------------------------------------------------------------------

CODE_DIRS := $(wildcard libjail pam_jail supervisor jailctl rootfs-builder tests)
PRODUCT   := $(LIB_SRC) $(MODULE_SRC) $(wildcard supervisor/*.c) $(ROOTFS_SRC) $(JAILCTL_SRC)
CODE       = $(sort $(shell find $(CODE_DIRS) -name '*.[ch]'))
LINT_CPP  := $(CPPFLAGS) -Irootfs-builder -Ijailctl -Isupervisor -DMULTIARCH='"$(MULTIARCH)"' -DREPORTS='""' \
	-DCOVERAGE_COUNTERS='""'
LINTS     := layers reasons findings shell manuals format cppcheck tidy analyzer \
	$(patsubst tests/lint/%,%,$(wildcard tests/lint/promises))

# Each lint prints what it dislikes and nothing else; -k: all of them have their say.
lint: ## layers, reasons, shell, manuals, formatting, static analysis
	packaging/install-deps packaging/build.list tests/lint/packages.list
	$(MAKE) -k $(LINTS:%=lint-%)

.PHONY: $(LINTS:%=lint-%)

lint-layers lint-reasons lint-findings lint-shell lint-promises: lint-%:
	tests/lint/$*

lint-manuals:
	mandoc -Tlint -Wwarning docs/*.[1-8]

lint-format:
	@clang-format --dry-run -Werror $(CODE)

lint-cppcheck:
	@cppcheck -q -j2 --std=c11 --error-exitcode=1 --template=gcc \
		--enable=warning,performance,portability,style \
		--suppressions-list=tests/lint/cppcheck.list \
		$(LINT_CPP) $(CODE_DIRS)

# One process for each file: in a second file clang 14 takes every va_start for none.
lint-tidy:
	@! printf '%s\n' $(filter %.c,$(CODE)) | xargs -P2 -I{} \
		clang-tidy --quiet {} -- $(LINT_CPP) -std=gnu11 2>&1 | grep -v 'warnings* generated\.$$'

# Both compilers; no output is kept. gcc 12 takes an array that grows inside a
# structure for a leak: those are left to the leak sanitizer (check-asan).
lint-analyzer:
	@printf '%s\n' $(PRODUCT) | xargs -P2 -I{} \
		gcc $(LINT_CPP) $(CFLAGS) -Werror -fanalyzer \
		-Wno-analyzer-malloc-leak -c -o /dev/null {}
	@printf '%s\n' $(PRODUCT) | xargs -P2 -I{} \
		clang $(LINT_CPP) -O2 -std=gnu11 $(WARNINGS) -Werror -c -o /dev/null {}

format: ## let clang-format write it
	clang-format -i $(CODE)

sizes: ## how long the functions are
	@tests/lint/sizes $(PRODUCT)

# --- install -----------------------------------------------------------------

# MODE:FROM:TO for every installed file; uninstall removes just these.
MANUALS   := $(wildcard docs/*.[1-8])
COMPLETIONS := $(wildcard packaging/completions/*.bash)
INSTALLED  = \
	0644:$(MODULE):$(PAMDIR)/pam_jail.so \
	0755:$(B)/jail-supervisor:$(LIBEXEC)/jail-supervisor \
	0711:$(B)/init:$(LIBEXEC)/init \
	0755:$(B)/jail-rootfs:$(SBIN)/jail-rootfs \
	0755:$(B)/jailctl:$(SBIN)/jailctl \
	$(foreach f,$(wildcard policies/*.conf policies/seccomp/*.list),0644:$f:$(DATA)/$f) \
	$(foreach f,$(wildcard rootfs-builder/manifests/*.list),0644:$f:$(DATA)/manifests/$(notdir $f)) \
	0644:jail.conf.example:$(DATA)/jail.conf.example \
	$(foreach f,$(wildcard packaging/examples/*),0644:$f:$(DATA)/examples/$(notdir $f)) \
	$(foreach f,$(MANUALS),0644:$f:$(MANDIR)/man$(subst .,,$(suffix $f))/$(notdir $f)) \
	$(foreach f,$(COMPLETIONS),0644:$f:$(PREFIX)/share/bash-completion/completions/$(basename $(notdir $f))) \
	0644:$(B)/pam_jail.service:$(PREFIX)/lib/systemd/system/pam_jail.service \
	0644:$(B)/user-manager.conf:$(PREFIX)/lib/systemd/system/user@.service.d/10-pam_jail.conf \
	0644:packaging/tmpfiles/pam_jail.conf:$(PREFIX)/lib/tmpfiles.d/pam_jail.conf \
	0644:packaging/pam-configs/pam_jail:$(PREFIX)/share/pam-configs/pam_jail

# Directories that are nobody else's, the inner ones first.
INSTALLED_DIRS = $(DATA)/examples $(DATA)/policies/seccomp $(DATA)/policies $(DATA)/manifests $(DATA) $(LIBEXEC)

all: $(B)/pam_jail.service

$(B)/pam_jail.service: packaging/systemd/pam_jail.service
	@mkdir -p $(@D)
	sed 's|/usr/libexec/pam_jail|$(LIBEXEC)|' $< >$@

all: $(B)/user-manager.conf

$(B)/user-manager.conf: packaging/systemd/user-manager.conf
	@mkdir -p $(@D)
	sed 's|/usr/sbin|$(SBIN)|' $< >$@

install: all ## into $(DESTDIR)$(PREFIX)
	@set -e; for row in $(INSTALLED); do \
		mode=$${row%%:*} row=$${row#*:}; \
		install -D -m $$mode "$${row%%:*}" "$(DESTDIR)$${row#*:}"; \
	done

uninstall: ## what install put there
	@set -e; for row in $(INSTALLED); do rm -f "$(DESTDIR)$${row##*:}"; done
	@for dir in $(INSTALLED_DIRS); do rmdir "$(DESTDIR)$$dir" 2>/dev/null || :; done

dist: ## pam_jail-$(VERSION).tar.xz, of the last commit
	git archive --prefix=pam_jail-$(VERSION)/ HEAD | xz >$(B)/pam_jail-$(VERSION).tar.xz

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort | expand -t 16

clean: ## remove what was built
	rm -rf $(B)

-include $(shell find $(B) -path $(B)/world -prune -o -type f -name '*.d' -print 2>/dev/null)
