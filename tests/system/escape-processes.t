#!/bin/bash
# What runs outside cannot be touched: no process, terminal, key or socket. Nor
# can it be watched.
# shellcheck source=../lib/escape.sh
. "$(dirname "$0")/../lib/escape.sh"

# A process of alice's outside. Its number is one that no process of a jail has.
_host_process() {
	prepare_escape
	echo 30000 >/proc/sys/kernel/ns_last_pid
	background setpriv --reuid=alice --regid=alice --clear-groups sleep 1000
	target=$!
	[ "$target" -gt 30000 ]
}

killing_a_process_of_the_host() {
	_host_process
	is_blocked_inside send_signal "$target"
	kill -0 "$target"
	outside alice "./try_escape send_signal $target"
	wait_for _is_gone "$target"
}

_is_gone() { # PID
	! kill -0 "$1"
}

tracing_a_process_of_the_host() {
	_host_process
	in_chroot trace_process "$target"
	is_blocked_inside trace_process "$target"
}

tracing_the_first_process() {
	is_blocked trace_process 1
}

tracing_ones_own_child() {
	is_blocked trace_child
}

reading_the_memory_of_another_process() {
	is_blocked read_memory
}

# A first process of the user's uid gave its descriptors away.
# Without: policies/seccomp/base.list: s/^pidfd_getfd EPERM/pidfd_getfd/
# Without: policies/seccomp/base.list: s/^pidfd_open ENOSYS/pidfd_open/
taking_a_descriptor_by_pidfd_getfd() {
	is_blocked take_descriptor
}

# Keyrings go by uid: a jailed shell read an unjailed process's key.
# Without: policies/seccomp/base.list: s/^keyctl EPERM/keyctl/
reading_the_users_keyring() {
	is_blocked keyring
}

planting_a_key() {
	is_blocked add_key
}

an_abstract_socket_of_the_host() {
	prepare_escape
	background "$helper" give @host-abstract /
	wait_for grep -q '@host-abstract' /proc/net/unix
	is_blocked_inside abstract_socket @host-abstract
	in_chroot abstract_socket @host-abstract
}

# Where the monitor, as root, asks for names and groups.
# Without: libjail/mounts.c: s/"mode=0755,\(.*size=1m\)/"mode=1777,\1/
a_socket_planted_where_the_monitor_looks() {
	needs_jail
	for user in alice jailroot; do
		for place in /run/nscd /run/systemd/userdb /run/dbus /var/run/nscd /var/lib/sss/pipes; do
			fails as "$user" "mkdir -p $place"
		done
		fails as "$user" 'touch /run/x || touch /dev/x || touch /etc/x'
	done
}

the_supervisors_socket() {
	prepare_escape
	connect alive alice
	is_blocked_inside abstract_socket /run/pam_jail/2001/socket
	status_is 1 outside alice './try_escape abstract_socket /run/pam_jail/2001/socket'
	test -S /run/pam_jail/2001/socket
}

# A watch on a file of an image that jails bind tells what others run. Events
# come in order: who has not heard of the file before the marker has not at all.
# Without: supervisor/init_settle.c: s/if (umount2(STUB_LAYER/int usr = open_tree(AT_FDCWD, STUB_IMAGE "\/usr", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC); &/
# Without: supervisor/init_settle.c: /step onto the root/a move_mount(usr, "", AT_FDCWD, "\/usr", MOVE_MOUNT_F_EMPTY_PATH); close(usr);
what_others_do_with_files_of_the_image() {
	prepare_escape
	file=/usr/bin/cat
	image=$(readlink -f /var/lib/pam_jail/images/shell/current)
	_watch "$helper" watch "$image$file" "${scratch:?}/marker"
	status_is 0 wait "$watcher"
	connect bob bob
	touch /home/alice/marker
	chown alice /home/alice/marker
	_watch ssh -o BatchMode=yes alice@world "./try_escape watch $file marker"
	status_is 1 wait "$watcher"
}

_watch() { # COMMAND...
	: >"$scratch/said"
	touch "$scratch/marker"
	"$@" >"$scratch/said" &
	watcher=$!
	wait_for grep -q watching "$scratch/said"
	cat "$image$file" >/dev/null
	[ ! -e "$scratch/bob" ] || within bob "cat $file >/dev/null"
	touch "$scratch/marker"
	[ ! -e /home/alice/marker ] || touch /home/alice/marker
}

run_promises "$@"
