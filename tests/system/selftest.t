#!/bin/bash
# jailctl selftest: from inside a jail it finds no way out, and outside it finds
# them all.
# shellcheck source=../lib/faults.sh
. "$(dirname "$0")/../lib/faults.sh"

[ "$WORLD_JAILED" != no ] || exec echo "1..0 # SKIP about jails"

# The last two: what the shipped ones may become.
policies="shell sftp ftp customer plain nested"

_policies() {
	cat >>/etc/jail.conf <<-'END'
		policy "plain"   { inherit = "shell"  user_namespace = no }
		policy "nested"  { inherit = "shell"  nested = yes }
		policy "scratch" { inherit = "shell"  root = scratch }
	END
}

nothing_is_open_under_the_shipped_policies() {
	for policy in $policies; do
		jailctl selftest --policy "$policy" alice >"$scratch/out"
		grep '^0 open, ' "$scratch/out"
	done
}

nothing_is_open_for_the_users_of_this_host() {
	jailctl selftest alice
	jailctl selftest --service vsftpd carol
	jailctl selftest jailroot
	finally jailctl kill erin # hers lingers
	jailctl selftest erin
}

# What is blocked for want of a kernel that knows it proves nothing: each attempt
# works outside, but what some kernels lack.
every_attempt_works_outside() {
	_home_on_a_file_system_with_handles
	jailctl selftest --json alice >"$scratch/json"
	_rows 'row["user"] == row["monitor"] == "not applicable"' | sort >"$scratch/lacking"
	while read -r name; do
		"_lacks_$name" || fail "works nowhere: $name"
	done <"$scratch/lacking"
	[ "$(_rows 'row["user"] == "blocked"' | wc -l)" -gt 75 ]
	[ "$(_rows 'row["monitor"] == "blocked"' | wc -l)" -gt 70 ]
}

# On the world's own overlay nothing can be opened by handle.
_home_on_a_file_system_with_handles() {
	install -d -o alice -m 700 "$WORLD_CHECKOUT/build/world/home/alice"
	mount --bind "$WORLD_CHECKOUT/build/world/home" /home
	finally umount --lazy /home
}

_lacks_calls_of_x32() {
	! grep -q ' __x32_sys_read$' /proc/kallsyms
}

_lacks_modprobe() {
	[ ! -e /proc/sys/kernel/modprobe ]
}

_lacks_load_module() {
	[ ! -e /proc/modules ]
}

_lacks_sysrq() {
	[ ! -e /proc/sysrq-trigger ]
}

_lacks_kernel_memory() {
	[ ! -e /proc/kcore ]
}

_lacks_kexec() {
	[ ! -e /sys/kernel/kexec_loaded ]
}

_lacks_real_time() {
	! chrt -f 1 true
}

_lacks_spare_from_oom() {
	! choom -n -1000 -- true
}

_rows() { # CONDITION: the names of the rows of $scratch/json that fit it
	python3 -c 'import json, sys
for row in json.load(open(sys.argv[1]))["attempts"]:
    if eval(sys.argv[2]): print(row["name"])' "$scratch/json" "$1"
}

a_plain_chroot_as_root_is_open() {
	status_is 3 jailctl selftest --control chroot --json alice >"$scratch/json"
	_rows 'row["monitor"] == "open"' >"$scratch/open"
	for name in second_chroot chroot_from_outside dotdot proc_links descriptors \
		make_device mount_proc remount pivot_root join_namespaces see_processes \
		signal trace core_pattern terminal_input loopback abstract_socket; do
		grep -x "$name" "$scratch/open"
	done
	_rows 'row["user"] == "open"' >"$scratch/open"
	for name in dotdot descriptors proc_links signal trace shared_memory; do
		grep -x "$name" "$scratch/open"
	done
	is "$(python3 -c 'import json, sys; d = json.load(sys.stdin)
print(d["control"], d["jail"], d["open"] > 80)' <"$scratch/json")" "chroot None True"
}

a_filter_that_only_reports_is_found_out() {
	keep /etc/jail.conf
	echo 'policy "log" { inherit = "customer"  seccomp_mode = log }' >>/etc/jail.conf
	status_is 3 jailctl selftest --policy log alice >"$scratch/out"
	for name in terminal_input io_uring netfilter calls_of_i386 keyring; do
		grep "^open as user: $name: " "$scratch/out"
		grep "^open as monitor: $name: " "$scratch/out"
	done
}

# A list that begins with calls which the other lists refuse.
a_list_of_calls_that_is_too_long_is_found_out() {
	local list=/usr/share/pam_jail/policies/seccomp/weak.list
	for call in io_uring_setup keyctl unshare clone mount ptrace; do
		echo "$call  # of a hasty administrator"
	done >"$list"
	echo 'include base  # the rest' >>"$list"
	finally rm "$list"
	keep /etc/jail.conf
	echo 'policy "weak" { inherit = "customer"  seccomp = "weak" }' >>/etc/jail.conf
	status_is 3 jailctl selftest --policy weak alice >"$scratch/out"
	grep '^open as user: io_uring: the kernel lets it pass' "$scratch/out"
	grep '^open as user: keyring: ' "$scratch/out"
	grep '^open as user: user_namespace: mounted in a user namespace' "$scratch/out"
	grep -E '^io_uring +open +open +calls are made that no filter sees' "$scratch/out"
	# Where one defence falls, others hold.
	grep -E '^mount_tmpfs +blocked +blocked' "$scratch/out"
	grep -E '^trace_first_process +blocked +blocked' "$scratch/out"
}

what_the_policy_says_in_so_many_words_is_granted_and_not_open() {
	jailctl selftest --json alice >"$scratch/json"
	is "$(_rows '"granted" in (row["user"], row["monitor"])')" ""
	_grants open 'network = host' loopback
	_grants plain 'user_namespace = no' signal limits_of_others
	_grants nested 'nested = yes' user_namespace user_namespace_by_clone
	_grants scratch 'root = scratch' write_root write_programs write_passwd
}

# Before Linux 6.12 the network of the host brings its abstract sockets, too.
_grants() { # POLICY WORDS NAME...
	jailctl selftest --policy "$1" --json alice >"$scratch/json"
	_rows '"granted" in (row["user"], row["monitor"])' | grep -vx abstract_socket >"$scratch/got"
	_rows "'the policy says $2' in row['monitor_reason']" | grep -vx abstract_socket |
		diff "$scratch/got" -
	shift 2
	printf '%s\n' "$@" | diff - "$scratch/got"
}

it_is_a_session_like_a_login() {
	wait_for no_supervisor # nor any jail of the promise before
	mark_log
	jailctl selftest alice >"$scratch/out"
	wait_for logged 'session begin: user alice service jailctl'
	wait_for logged 'session end: user alice service jailctl'
	connect other alice
	jailctl selftest --json alice >"$scratch/json"
	is "$(jailctl list -q | wc -l)" 1
	is "$(python3 -c 'import json, sys; print(json.load(sys.stdin)["jail"])' <"$scratch/json")" \
		"$(jailctl list -q | awk '{ print $2 }')"
}

# Nor do the controls change the host.
it_leaves_nothing() {
	baseline alice
	_traces >"$scratch/before"
	jailctl selftest alice
	status_is 3 jailctl selftest --control chroot alice
	wait_for no_supervisor
	_traces >"$scratch/after"
	diff "$scratch/before" "$scratch/after"
	back_to_baseline
}

_traces() {
	hostname
	ipcs | grep -v -i -- '-----'
	find /tmp /home/alice /etc /run \( -path "$scratch" -o -path "$WORLD_CHECKOUT" \) -prune -o -printf '%p %M %u %s\n'
	cat /proc/sys/kernel/core_pattern /proc/self/mountinfo
	pgrep -a -x jailctl || true
}

one_attempt_can_be_made_alone() {
	is "$(jailctl selftest -q --only reboot alice | wc -l)" 1
	status_is 3 jailctl selftest --control chroot --only reboot alice
}

it_says_why_it_could_not() {
	status_is 2 jailctl selftest
	status_is 2 jailctl selftest --only no-such-attempt alice
	status_is 2 jailctl selftest --control vm alice
	status_is 4 jailctl selftest no-such-user
	status_is 1 jailctl selftest admin 2>"$scratch/err"
	grep 'refuses user admin' "$scratch/err"
	status_is 1 setpriv --reuid=2001 --regid=2001 --clear-groups jailctl selftest alice
}

[ -n "${TAP_PROMISE:-}" ] || _policies
run_promises "$@"
