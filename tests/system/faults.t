#!/bin/bash
# Whatever is broken: jailed users are refused with a reason in the log, also by
# `ssh -N`; the exempt administrator gets in; nothing is left.
# shellcheck source=../lib/world.sh
. "$(dirname "$0")/../lib/world.sh"

[ "$WORLD_JAILED" = yes ] || exec echo "1..0 # SKIP all of it is a property of the jail"

jail_conf_is_broken() {
	_with_jail_conf 'jail.conf:[0-9]+' _write 'policy "x" { nonsense = yes }'
	_with_jail_conf 'jail.conf' _write 'policy "x" {'
	_with_jail_conf 'jail.conf' _write ''
	_with_jail_conf 'jail.conf' _write $'policy "x" { image = "a\001" }'
}

jail_conf_is_not_a_file_of_roots() {
	_with_jail_conf 'jail.conf' rm
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
	mount -t tmpfs none /var/lib/pam_jail/images
	_alice_is_refused 'image'
	umount /var/lib/pam_jail/images
	_alice_gets_in
}

the_supervisor_is_missing() {
	local supervisor=/usr/libexec/pam_jail/jail-supervisor
	mv "$supervisor" "$supervisor.away"
	_alice_is_refused 'supervisor'
	mv "$supervisor.away" "$supervisor"
	_alice_gets_in
}

the_supervisor_is_no_program() {
	local supervisor=/usr/libexec/pam_jail/jail-supervisor
	mv "$supervisor" "$supervisor.away"
	printf '\177ELF and then nothing' >"$supervisor"
	chmod 755 "$supervisor"
	_alice_is_refused 'supervisor'
	mv "$supervisor.away" "$supervisor"
	_alice_gets_in
}

# A supervisor that says nothing must not hold the login for ever.
the_supervisor_is_silent() {
	local supervisor=/usr/libexec/pam_jail/jail-supervisor
	mv "$supervisor" "$supervisor.away"
	install -m 755 /bin/sleep "$supervisor"
	_alice_is_refused 'supervisor'
	mv "$supervisor.away" "$supervisor"
	_alice_gets_in
}

cgroups_are_not_writable() {
	_each_cgroup_mount remount,bind,ro
	_alice_is_refused 'cgroup|memory|pids|tasks'
	_each_cgroup_mount remount,bind,rw
	_alice_gets_in
}

run_has_no_space() {
	mount -o remount,size=64k /run
	dd if=/dev/zero of=/run/filler bs=4k 2>/dev/null || true
	_alice_is_refused_or_jailed
	rm /run/filler
	mount -o remount,size=0 /run
	_alice_gets_in
}

run_has_no_inodes() {
	mount -o "remount,nr_inodes=$(($(df --output=iused /run | tail -n 1) + 1))" /run
	: >/run/filler || true
	_alice_is_refused_or_jailed
	rm -f /run/filler
	mount -o remount,nr_inodes=0 /run
	_alice_gets_in
}

# What `PrivateTmp=yes` in ssh.service does to sshd: a mount namespace of its
# own, in which the supervisor would be born.
sshd_is_confined_by_private_tmp() {
	_sshd_on 2224 unshare --mount --propagation slave \
		sh -c 'mount -t tmpfs none /tmp; exec "$@"' sh
	_is_refused_on 2224 'PrivateTmp|mount namespace'
}

sshd_is_confined_by_no_new_privileges() {
	_sshd_on 2225 setpriv --no-new-privs
	_is_refused_on 2225 'NoNewPrivileges'
}

the_namespaces_of_the_host_are_used_up() {
	local limit
	limit=$(cat /proc/sys/user/max_pid_namespaces)
	echo 0 >/proc/sys/user/max_pid_namespaces
	_alice_is_refused 'namespace'
	echo "$limit" >/proc/sys/user/max_pid_namespaces
	_alice_gets_in
}

the_home_is_missing_or_not_hers() {
	mv /home/alice /home/away
	_alice_is_refused 'home'
	ln -s away /home/alice
	chown -h alice /home/alice
	_alice_is_refused 'home'
	rm /home/alice
	mkdir -m 755 /home/alice
	chown bob /home/alice
	_alice_is_refused 'home'
	rmdir /home/alice
	mv /home/away /home/alice
	_alice_gets_in
}

too_many_sessions_are_refused() {
	sed -i 's/sessions_max = 100/sessions_max = 2/' /etc/jail.conf
	connect one alice
	connect two alice
	_is_refused_with 'sessions_max|sessions' "$WORLD_SSH_PORT"
	ssh -S "$scratch/one" -O exit world
	wait_for as alice true
	sed -i 's/sessions_max = 2/sessions_max = 100/' /etc/jail.conf
}

# --- saying it ---------------------------------------------------------------

_alice_is_refused() { # REASON
	gone_within_5_s alice
	_is_refused_with "$1" "$WORLD_SSH_PORT"
	gone_within_5_s alice
}

_is_refused_on() { # PORT REASON
	gone_within_5_s alice
	_is_refused_with "$2" "$1"
	gone_within_5_s alice
}

_is_refused_with() { # REASON PORT
	mark_log
	fails timeout 60 ssh -p "$2" -o BatchMode=yes alice@world 'echo in' >"$scratch/out"
	is "$(cat "$scratch/out")" ""
	wait_for logged "pam_jail.*($1)"
	logged 'jailctl explain'
	# Connected without a command: disconnected, not left in peace outside.
	status_is 255 timeout 60 ssh -p "$2" -o BatchMode=yes -N alice@world
	is "$(as admin 'id -un' -p "$2")" admin
}

_alice_is_refused_or_jailed() {
	gone_within_5_s alice
	if timeout 60 ssh -o BatchMode=yes alice@world "$namespaces" >"$scratch/there"; then
		is "$(sort "$scratch/there" <(sh -c "$namespaces") | uniq -d)" ""
	else
		is "$(cat "$scratch/there")" ""
	fi
	is "$(as admin 'id -un')" admin
	gone_within_5_s alice
}

_alice_gets_in() {
	is "$(as alice 'id -un')" alice
}

_with_jail_conf() { # REASON COMMAND...: which spoils /etc/jail.conf
	local reason=$1
	shift
	cp -p /etc/jail.conf "$scratch/jail.conf"
	"$@" /etc/jail.conf
	_alice_is_refused "$reason"
	rm -rf /etc/jail.conf
	cp -p "$scratch/jail.conf" /etc/jail.conf
	_alice_gets_in
}

_write() { # TEXT FILE
	printf '%s' "$1" >"$2"
}

_replace() { # COMMAND... FILE
	cp "${!#}" /root/jail.conf
	rm "${!#}"
	"$@"
}

_each_cgroup_mount() { # OPTIONS
	local mount
	for mount in $(findmnt -n -l -o TARGET -t cgroup,cgroup2); do
		mount -o "$1" "$mount"
	done
}

_sshd_on() { # PORT WRAPPER...
	local port=$1
	shift
	background "$@" /usr/sbin/sshd -D -o "Port=$port" -o PidFile=none \
		-o "Subsystem=sftp internal-sftp"
	wait_for grep -q ": 0100007F:$(printf %04X "$port") 00000000:0000 0A" /proc/net/tcp
}

run_promises "$@"
