#!/bin/bash
# The host denies what a jail needs: the login is refused, not made weaker.
# shellcheck source=../lib/faults.sh
. "$(dirname "$0")/../lib/faults.sh"

_read_only() { # DIRECTORY
	mount --bind "$1" "$1"
	finally umount "$1"
	mount -o remount,bind,ro "$1"
}

# The hierarchies that this host has, each in turn.
_bases() {
	find /sys/fs/cgroup -type d -name pam_jail -prune
}

cgroups_that_are_not_writable() {
	needs_jail
	baseline alice
	for base in $(_bases); do
		case $base in
		*/memory/* | */cpu*/* | */pids/* | */unified/* | /sys/fs/cgroup/pam_jail) ;;
		*) continue ;;
		esac
		_read_only "$base"
		baseline_now
		is_refused alice '(Read-only file system|cgroup)'
		umount "$base"
	done
	finally_commands=()
	is_jailed alice
}

# A controller of the plan that is not there is no reason to go without it.
a_memory_limit_that_cannot_be_set() {
	needs_jail
	baseline alice
	local place=/sys/fs/cgroup/memory
	[ -d "$place" ] || place=/sys/fs/cgroup/pam_jail
	mount -t tmpfs none "$place"
	finally umount "$place"
	mkdir -p "$place/pam_jail/supervisors"
	baseline_now
	is_refused alice '(memory_max|cgroup|supervisors/)'
}

# The world's /run has no limit of its own.
_fill_run() {
	finally mount -o remount,size=100%,nr_inodes=100000 /run
	finally rm -f /run/filler
	mount -o "remount,$1" /run
}

a_run_without_space() {
	needs_jail
	baseline alice
	_fill_run "size=$(($(stat -f -c '(%b-%f)*%S' /run) + 65536))"
	fails dd if=/dev/zero of=/run/filler bs=4k status=none
	is_refused alice 'No space left on device'
}

a_run_without_inodes() {
	needs_jail
	baseline alice
	_fill_run "nr_inodes=$(($(stat -f -c '%c-%d' /run)))"
	is_refused alice 'No space left on device'
}

# Teardown writes nothing that it needs.
a_run_that_fills_up_during_a_session() {
	needs_jail
	baseline alice
	connect alive alice
	_fill_run "size=$(($(stat -f -c '(%b-%f)*%S' /run) + 65536))"
	fails dd if=/dev/zero of=/run/filler bs=4k status=none
	is "$(within alive 'id -un')" alice
	status_is 255 as alice true
	end_background
	rm /run/filler
	mount -o remount,size=100% /run
	back_to_baseline
}

a_run_that_is_read_only() {
	needs_jail
	baseline alice
	mount -o remount,ro /run/pam_jail
	finally mount -o remount,rw /run/pam_jail
	is_refused alice 'Read-only file system'
}

a_service_with_mounts_of_its_own() {
	needs_jail
	baseline alice
	another_sshd unshare --mount --propagation slave
	baseline_now
	is_refused alice 'birth: the service that this login came through is confined \(mnt\); remove from its unit: PrivateTmp='
}

a_service_with_no_new_privs() {
	needs_jail
	baseline alice
	another_sshd setpriv --no-new-privs
	baseline_now
	is_refused alice 'birth: .* is confined \(NoNewPrivs\); remove from its unit: NoNewPrivileges='
}

a_service_behind_a_filter() {
	needs_jail
	baseline alice
	# prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER) of one instruction: allow
	# shellcheck disable=SC2016 # $ are of perl
	another_sshd perl -e 'my $f = pack("SCCL", 6, 0, 0, 0x7fff0000);
		my $program = pack("Sx6P", 1, $f);
		syscall(157, 22, 2, $program) == 0 or die $!;
		exec @ARGV'
	baseline_now
	is_refused alice 'birth: .* is confined \(Seccomp\); remove from its unit: SystemCallFilter='
}

a_service_with_fewer_capabilities() {
	needs_jail
	baseline alice
	another_sshd setpriv --bounding-set=-sys_boot
	baseline_now
	is_refused alice 'birth: .* is confined \(CapBnd\); remove from its unit: CapabilityBoundingSet='
}

a_service_in_another_network() {
	needs_jail
	baseline alice
	background unshare --net sh -c 'ip link set lo up; exec /usr/sbin/sshd -D -o Port=2299 -o PidFile=none'
	confined=$!
	wait_for _listens_in "$confined"
	baseline_now
	mark_log
	status_is 255 nsenter --net --target "$confined" ssh -o BatchMode=yes -p 2299 alice@world true
	wait_for logged 'refused.*alice .* is confined \(net\)'
	back_to_baseline
}

_listens_in() { # PID
	nsenter --net --target "$1" grep -q ': 0100007F:08FB 00000000:0000 0A ' /proc/self/net/tcp
}

# With a jail that is there already, a confined service may join it, but never
# get half of it.
a_confined_service_joins_whole_or_not_at_all() {
	needs_jail
	connect alive alice
	another_sshd setpriv --bounding-set=-sys_admin
	status_is 255 as alice true "${via[@]}"
	is "$(within alive 'id -un')" alice
}

run_promises "$@"
