#!/bin/bash
# What runs outside cannot be touched: no process, terminal, key or socket.
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

taking_a_descriptor_by_pidfd_getfd() {
	is_blocked take_descriptor
}

cve_2016_2568_typing_into_the_terminal() {
	is_blocked type_into_terminal 0
}

cve_2019_10063_typing_with_a_request_of_64_bits() {
	is_blocked type_into_terminal 0x100000000
}

cve_2023_1523_pasting_into_the_console() {
	is_blocked paste_into_console 0
	is_blocked_inside paste_into_console 0x100000000
}

reading_the_users_keyring() {
	is_blocked keyring
}

planting_a_key() {
	is_blocked plant_key
}

an_abstract_socket_of_the_host() {
	prepare_escape
	background "$helper" give @host-abstract /
	wait_for grep -q '@host-abstract' /proc/net/unix
	is_blocked_inside abstract_socket @host-abstract
	in_chroot abstract_socket @host-abstract
}

# CVE-2022-31214: the way into a jail is taken from root's own records only.
cve_2022_31214_joining_by_a_record_that_the_user_made() {
	needs_jail
	baseline bob
	mkdir -m 755 /run/pam_jail/2001
	chown alice /run/pam_jail/2001
	finally rm -rf /run/pam_jail/2001
	mark_log
	status_is 255 as alice true
	wait_for logged 'refused alice .*/run/pam_jail/2001 is not a directory of root.s alone'
}

# Where the monitor, as root, asks for names and groups.
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

run_promises "$@"
