#!/bin/bash
# When what the product itself needs is broken: jailed users are refused with a
# reason in the log, also by `ssh -N`; the exempt administrator gets in; nothing
# is left; and it works again when it is repaired.
# shellcheck source=../lib/faults.sh
. "$(dirname "$0")/../lib/faults.sh"

jail_conf_is_broken() {
	_with_jail_conf 'jail.conf:[0-9]+' _write 'policy "x" { nonsense = yes }'
	_with_jail_conf 'jail.conf:[0-9]+' _write 'policy "x" {'
	_with_jail_conf 'jail.conf:[0-9]+' _write $'policy "x" { image = "a\001" }'
	_with_jail_conf 'jail.conf' _write_nul
}

# Nothing matches, so nobody is let in.
jail_conf_is_empty_or_missing() {
	_with_jail_conf 'policy|assign|jail.conf' _write ''
	_with_jail_conf 'policy|assign|jail.conf' rm
}

jail_conf_is_not_a_file_of_roots() {
	_with_jail_conf 'jail.conf' _replace mkdir
	_with_jail_conf 'jail.conf' _replace mkfifo
	_with_jail_conf 'jail.conf' _replace ln -s /root/jail.conf
	_with_jail_conf 'jail.conf' chown alice
	_with_jail_conf 'jail.conf' chmod 666
}

jail_conf_is_enormous() {
	_with_jail_conf 'jail.conf' truncate -s 100M
}

the_image_is_missing() {
	needs_jail
	baseline alice
	mount -t tmpfs none /var/lib/pam_jail/images
	finally _unmount_all /var/lib/pam_jail/images
	host_state >"$scratch/baseline" # this mount is not a left-over
	_is_refused_until 'image' umount /var/lib/pam_jail/images
}

the_supervisor_is_missing() {
	needs_jail
	baseline alice
	keep "$supervisor"
	rm "$supervisor"
	_is_refused_until 'supervisor' _put_it_back
}

the_supervisor_is_no_program() {
	needs_jail
	baseline alice
	keep "$supervisor"
	rm "$supervisor"
	printf '\177ELF and then nothing' >"$supervisor"
	chmod 755 "$supervisor"
	_is_refused_until 'supervisor' _put_it_back
}

# A supervisor that says nothing must not hold the login for ever.
the_supervisor_is_silent() {
	needs_jail
	baseline alice
	keep "$supervisor"
	rm "$supervisor"
	printf '#!/bin/sh\nexec sleep 60\n' >"$supervisor"
	chmod 755 "$supervisor"
	mark_log
	status_is 255 timeout 60 ssh -o BatchMode=yes alice@world true
	wait_for logged 'pam_jail.*refused alice'
	is "$(as admin 'id -un')" admin
}

cgroups_are_not_writable() {
	needs_jail
	baseline alice
	finally _each_cgroup_mount rw
	_each_cgroup_mount ro
	_is_refused_until 'cgroup|memory|pids|tasks' _each_cgroup_mount rw
}

run_has_no_space() {
	needs_jail
	baseline alice
	finally mount -o remount,size=0 /run
	finally rm -f /run/filler
	mount -o remount,size=64k /run
	dd if=/dev/zero of=/run/filler bs=4k 2>/dev/null || true
	_refused_or_jailed
}

run_has_no_inodes() {
	needs_jail
	baseline alice
	finally mount -o remount,nr_inodes=0 /run
	finally rm -f /run/filler
	mount -o "remount,nr_inodes=$(($(df --output=iused /run | tail -n 1) + 1))" /run
	: >/run/filler || true
	_refused_or_jailed
}

# What `PrivateTmp=yes` in ssh.service does to sshd: a mount namespace of its
# own, in which the supervisor would be born.
sshd_is_confined_by_private_tmp() {
	_confined_sshd_refuses 'PrivateTmp|mount namespace' \
		unshare --mount --propagation slave sh -c 'mount -t tmpfs none /tmp; exec "$@"' sh
}

sshd_is_confined_by_no_new_privileges() {
	_confined_sshd_refuses 'NoNewPrivileges' setpriv --no-new-privs
}

too_many_sessions_are_refused() {
	needs_jail
	keep /etc/jail.conf
	baseline alice
	sed -i 's/sessions_max = 100/sessions_max = 2/' /etc/jail.conf
	connect one alice
	connect two alice
	mark_log
	status_is 255 as alice true
	wait_for logged 'refused.* alice .*(sessions|logins)'
	status_is 255 timeout 60 ssh -o BatchMode=yes -N alice@world
	is "$(as bob 'id -un')" bob
	ssh -S "$scratch/one" -O exit world
	wait_for as alice true
}

# --- saying it ---------------------------------------------------------------

supervisor=/usr/libexec/pam_jail/jail-supervisor

_is_refused_until() { # LOG_PATTERN REPAIR...
	is_refused alice "$1"
	logged 'jailctl explain'
	shift
	"$@"
	is_jailed alice
}

_put_it_back() {
	end_promise
	finally_commands=()
}

_refused_or_jailed() {
	if as alice true; then
		is_jailed alice
	fi
	is "$(as admin 'id -un')" admin
	_put_it_back
	is_jailed alice
}

_with_jail_conf() { # LOG_PATTERN COMMAND...: which spoils /etc/jail.conf
	local pattern=$1
	needs_jail
	baseline alice
	keep /etc/jail.conf
	shift
	"$@" /etc/jail.conf
	_is_refused_until "$pattern" _put_it_back
}

_write() { # TEXT FILE
	printf '%s' "$1" >"$2"
}

_write_nul() { # FILE
	printf '# \0 \n' >>"$1"
}

_replace() { # COMMAND... FILE
	cp "${!#}" /root/jail.conf
	rm "${!#}"
	"$@"
}

_unmount_all() { # PLACE
	while mountpoint -q "$1" && [ "$(findmnt -n -o FSTYPE "$1" | tail -n 1)" = tmpfs ]; do
		umount "$1"
	done
}

_each_cgroup_mount() { # ro|rw
	local mount
	for mount in $(findmnt -n -l -o TARGET -t cgroup,cgroup2); do
		mount -o "remount,bind,$1" "$mount"
	done
}

_confined_sshd_refuses() { # LOG_PATTERN WRAPPER...
	local pattern=$1
	shift
	needs_jail
	baseline alice
	another_sshd "$@"
	mark_log
	status_is 255 as alice true -p 2299
	wait_for logged "refused.* alice .*($pattern)"
	status_is 255 timeout 60 ssh -p 2299 -o BatchMode=yes -N alice@world
	is "$(as admin 'id -un' -p 2299)" admin
	is_jailed alice
}

run_promises "$@"
