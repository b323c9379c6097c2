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
HARDENED := -fstack-protector-strong -fstack-clash-protection -fcf-protection \
	-D_FORTIFY_SOURCE=2 -fPIC -fvisibility=hidden
WARNINGS := -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes \
	-Wformat=2 -Wno-missing-field-initializers -Wpointer-arith -Wwrite-strings
CFLAGS   ?= -O2 -g
CFLAGS   += -std=gnu11 $(WARNINGS) $(HARDENED) $(SANITIZE) $(if $(CI),-Werror)
LDFLAGS  += -Wl,-z,relro,-z,now,-z,noexecstack $(SANITIZE)

.DEFAULT_GOAL := all
.PHONY: all help deps demo demo-shell check check-unit check-system check-exports check-guest \
	check-asan lint format sizes bench bench-calls install uninstall dist clean

all: ## build everything

LIB_SRC := $(wildcard libjail/*.c libjail/sys/*.c)
LIB_OBJ := $(LIB_SRC:%.c=$(B)/%.o)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

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

$(B)/jail-supervisor: $(SUPERVISOR_OBJ) $(B)/libjail.a
	$(CC) $(LDFLAGS) -static-pie -o $@ $^ -lconfuse -lseccomp

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

$(B)/jail-rootfs: $(ROOTFS_OBJ) $(B)/libjail.a
	$(CC) $(LDFLAGS) -pie -o $@ $^ -lelf -ljansson

# jailctl: prints the rows of build_steps.c without the functions behind them.
# Its objects are not in $(B)/jailctl, for that is the program.
JAILCTL_SRC := $(wildcard jailctl/*.c)
JAILCTL_OBJ := $(JAILCTL_SRC:jailctl/%.c=$(B)/jailctl.o/%.o) $(B)/jailctl.o/build_steps.o
JAILCTL_LIB := $(B)/jailctl.o/report_read.o $(B)/jailctl.o/escape.o $(B)/jailctl.o/options.o

all: $(B)/jailctl

$(B)/jailctl.o/%.o: jailctl/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/jailctl.o/build_steps.o: supervisor/build_steps.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -DSTEPS_FOR_READING $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/jailctl: $(JAILCTL_OBJ) $(B)/libjail.a
	$(CC) $(LDFLAGS) -pie -o $@ $^ -lconfuse -lseccomp -lcap -ljansson

# Unit tests: one program per tests/unit/*_test.c, linked with the library.
UNIT_SRC := $(wildcard tests/unit/*_test.c)
UNIT_BIN := $(UNIT_SRC:%.c=$(B)/%)

$(B)/tests/unit/%_test: $(B)/tests/unit/%_test.o $(B)/libjail.a
	$(CC) $(LDFLAGS) -pie -o $@ $^ -lcmocka -lconfuse -lseccomp -lcap

$(B)/tests/unit/seccomp_test: $(B)/tests/unit/bpf_sim.o
$(B)/tests/unit/seccomp_test $(B)/tests/unit/seccomp_list_test $(B)/tests/unit/seccomp_apply_test: \
	$(B)/tests/unit/scratch_lists.o
$(B)/tests/unit/rootfs_%.o: CPPFLAGS += -Irootfs-builder

$(B)/tests/unit/rootfs_%_test: $(B)/tests/unit/rootfs_%_test.o $(ROOTFS_LIB) $(B)/libjail.a
	$(CC) $(LDFLAGS) -pie -o $@ $^ -lcmocka -lelf -ljansson

$(B)/tests/unit/jailctl_%.o: CPPFLAGS += -Ijailctl

$(B)/tests/unit/jailctl_%_test: $(B)/tests/unit/jailctl_%_test.o $(JAILCTL_LIB) $(B)/libjail.a
	$(CC) $(LDFLAGS) -pie -o $@ $^ -lcmocka -lconfuse -lseccomp -lcap -ljansson

check-unit: $(UNIT_BIN) ## unit tests (cmocka; neither root nor network)
	CMOCKA_MESSAGE_OUTPUT=TAP prove -e '' $(UNIT_BIN)

# Small programs that tests and benches run, one per file.
$(B)/tests/helpers/with_filter: $(B)/tests/helpers/with_filter.o $(B)/libjail.a
	$(CC) $(LDFLAGS) -pie -o $@ $^ -lseccomp

# The benchmark. The floor is static, as the supervisor is.
BENCH_SRC := $(wildcard tests/bench/*.c)
BENCH_BIN := $(patsubst %,$(B)/tests/bench/%,login floor load whole compiled)

$(B)/tests/bench/login: $(B)/tests/bench/login.o
	$(CC) $(LDFLAGS) -pie -o $@ $^ -lpam

$(B)/tests/bench/floor: $(patsubst %.c,$(B)/%.o,$(filter tests/bench/floor%,$(BENCH_SRC))) $(B)/libjail.a
	$(CC) $(LDFLAGS) -static-pie -o $@ $^

$(B)/tests/bench/load: $(B)/tests/bench/load.o
	$(CC) $(LDFLAGS) -static-pie -o $@ $^

$(B)/tests/bench/whole: $(B)/tests/bench/whole.o
	$(CC) $(LDFLAGS) -pie -o $@ $^

$(B)/tests/bench/compiled: $(B)/tests/bench/compiled.o $(B)/libjail.a
	$(CC) $(LDFLAGS) -pie -o $@ $^ -lseccomp

bench: ## deps, build, then what a login costs, beside a floor and other sandboxes
	packaging/install-deps packaging/build.list tests/packages.list tests/bench/packages.list
	$(MAKE) all $(BENCH_BIN)
	tests/bench/run

bench-calls: ## the system calls of a first login, beside the floor's
	$(MAKE) all $(BENCH_BIN)
	tests/bench/calls

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
	MUST_RUN=1 $(MAKE) check-unit check-exports check-system

# Two at a time: each test file is a private host of its own.
SYSTEM_HELPERS := $(patsubst tests/helpers/%.c,$(B)/tests/helpers/%,$(wildcard tests/helpers/*.c))

check-system: all $(SYSTEM_HELPERS) ## real servers and clients, each file in its own test host
	prove -j2 tests/system

check-guest: ## deps, build, tests under systemd in a Debian 13 guest (the first time: makes it)
	packaging/install-deps packaging/build.list tests/guest/packages.list
	@rm -rf $(B)/guest
	@$(MAKE) -s install DESTDIR=$(abspath $(B)/guest)
	GUEST_TREE=$(abspath $(B)/guest) prove --comments --exec tests/guest/run tests/guest

check-exports: $(B)/pam_jail.so $(B)/tests/helpers/open_now ## the module exports pam_sm_* only, and loads
	nm -D --defined-only $< | awk '{ print $$3 }' | sort | diff - pam_jail/exports
	$(B)/tests/helpers/open_now ./$<

$(B)/tests/helpers/open_now: $(B)/tests/helpers/open_now.o
# Static: it goes into the jails, whose image is nobody's to rely on.
$(B)/tests/helpers/try_escape: $(B)/tests/helpers/try_escape.o
	$(CC) $(LDFLAGS) -static-pie -o $@ $^

$(B)/tests/helpers/hung_fuse: $(B)/tests/helpers/hung_fuse.o
	$(CC) $(LDFLAGS) -pie -o $@ $^

install: all ## into $(DESTDIR)$(PREFIX)
	install -D -m 0644 $(B)/pam_jail.so $(DESTDIR)$(PAMDIR)/pam_jail.so
	install -D -m 0755 $(B)/jail-supervisor $(DESTDIR)$(LIBEXEC)/jail-supervisor
	install -D -m 0711 $(B)/init $(DESTDIR)$(LIBEXEC)/init
	install -D -m 0755 $(B)/jail-rootfs $(DESTDIR)$(SBIN)/jail-rootfs
	install -D -m 0755 $(B)/jailctl $(DESTDIR)$(SBIN)/jailctl
	install -d $(DESTDIR)$(DATA)/policies/seccomp $(DESTDIR)$(DATA)/manifests
	$(if $(wildcard policies/*.conf),install -m 0644 $(wildcard policies/*.conf) $(DESTDIR)$(DATA)/policies)
	install -m 0644 policies/seccomp/*.list $(DESTDIR)$(DATA)/policies/seccomp
	install -m 0644 rootfs-builder/manifests/*.list $(DESTDIR)$(DATA)/manifests
	install -D -m 0644 packaging/systemd/pam_jail.service $(DESTDIR)$(PREFIX)/lib/systemd/system/pam_jail.service
	sed -i 's|/usr/libexec/pam_jail|$(LIBEXEC)|' $(DESTDIR)$(PREFIX)/lib/systemd/system/pam_jail.service
	install -D -m 0644 packaging/tmpfiles/pam_jail.conf $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/pam_jail.conf
	install -D -m 0644 packaging/pam-configs/pam_jail $(DESTDIR)$(PREFIX)/share/pam-configs/pam_jail

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort | expand -t 16

clean: ## remove what was built
	rm -rf $(B)

-include $(shell find $(B) -path $(B)/world -prune -o -type f -name '*.d' -print 2>/dev/null)
