#!/bin/bash
# root = scratch: /opt and /srv take what the user writes, in memory; the rest of
# the root stays root's, whose process (sshd's monitor) lives in it.
# shellcheck source=../lib/escape.sh
. "$(dirname "$0")/../lib/escape.sh"

[ "$WORLD_JAILED" != no ] || exec echo "1..0 # SKIP about jails"

what_is_written_is_shared_by_sessions_and_gone_with_the_jail() {
	_with_scratch
	connect alice alice
	connect bob bob
	within alice 'mkdir /opt/app && echo written >/opt/app/file && echo written >/srv/file'
	is "$(as alice 'cat /opt/app/file /srv/file')" "$(printf 'written\nwritten')"
	fails within bob 'ls /opt/app'
	fails test -e /opt/app
	ssh -S "${scratch:?}/alice" -O exit world
	wait_for _has_no_jail alice
	is "$(as alice 'ls /opt /srv')" "$(printf '/opt:\n\n/srv:')"
}

only_opt_and_srv_are_the_users() {
	_with_scratch
	is "$(as alice 'find / -xdev ! -type l -writable 2>/dev/null | sort | xargs')" \
		'/home/alice /opt /srv /tmp /var/tmp'
}

# It is the owner that protects them, not the mount: root writes there.
what_root_loads_from_it_stays_roots() {
	_with_scratch
	connect alice alice
	local path
	for path in / /etc /usr/lib /usr/bin /root /var /var/lib /home; do
		_as_root_of_the_host alice touch "$path/made-by-root"
		fails within alice "touch $path/made-by-alice"
		fails within alice "rm -f $path/made-by-root"
	done
	for path in /etc/passwd /etc/nsswitch.conf \
		"$(ldd /usr/sbin/sshd | awk '$1 == "libc.so.6" { print $3 }')"; do
		_as_root_of_the_host alice test -w "$path"
		fails within alice "echo x >>$path"
		fails within alice "mv $path $path.old"
	done
	for path in /etc /usr /lib /var; do
		fails within alice "mv $path /opt/"
	done
	fails within alice 'touch /etc/ld.so.cache'
	fails within alice 'touch /etc/ld.so.preload'
	within alice 'test ! -e /etc/made-by-alice && test -e /etc/made-by-root'
}

nothing_in_it_is_a_device_or_gives_rights() {
	_with_scratch
	connect alice alice
	_as_root_of_the_host alice sh -c "umask 0; mknod /opt/zero c 1 5"
	_as_root_of_the_host alice cp /usr/bin/id /opt/suid
	_as_root_of_the_host alice chmod 4755 /opt/suid
	fails within alice 'head -c 1 /opt/zero'
	within alice 'head -c 1 /dev/zero >/dev/null'
	is "$(within alice '/opt/suid -u')" 2001
}

its_room_has_a_limit() {
	_with_scratch 'tmp_size = 1M tmp_inodes = 100'
	connect alice alice
	fails within alice 'head -c 4M /dev/zero >/opt/large'
	within alice 'rm /opt/large; head -c 500K /dev/zero >/opt/small'
	fails within alice 'for i in $(seq 1000); do : >/srv/$i || exit 1; done'
	within alice 'rm -r /srv/*; : >/srv/again'
}

sessions_with_terminals_and_files_work_in_it() {
	_with_scratch
	is "$(on_terminal ssh -tt alice@world 'tty | cut -c -9' <<<'expect eof' | tr -d '\r' | tail -n 1)" /dev/pts/
	echo sent >"$scratch/sent"
	scp -q "$scratch/sent" alice@world:/opt/sent
	is "$(as alice 'cat /opt/sent')" sent
	su - alice -c 'rm /opt/sent'
}

# What the user owns must not hold what root finds by its path.
a_place_that_holds_a_mount_stays_roots() {
	_with_scratch 'mount "/srv/data" { }'
	mkdir -p /srv/data
	fails as alice 'touch /srv/file'
	as alice 'touch /opt/file'
}

a_root_that_outlives_the_jail_waits_for_quotas() {
	keep /etc/jail.conf
	sed -i 's/^policy "customer" {/& root = persistent /' /etc/jail.conf
	status_is 3 jailctl check >"$scratch/out"
	grep 'root = persistent waits for quotas' "$scratch/out"
	fails as alice true
}

_with_scratch() { # [OPTION...]
	wait_for no_supervisor
	finally wait_for no_supervisor
	keep /etc/jail.conf
	sed -i '/^assign "customers"/s/policy = "customer"/policy = "scratch"/' /etc/jail.conf
	echo "policy \"scratch\" { inherit = \"customer\"  root = scratch  $* }" >>/etc/jail.conf
}

_has_no_jail() { # USER
	! jailctl show "$1"
}

# In the user's jail, with all powers: what the mounts themselves allow.
_as_root_of_the_host() { # USER COMMAND...
	local session
	session=$(pgrep -o -u "$1" -f "^sshd: $1")
	nsenter --mount="/proc/$session/ns/mnt" --root="/proc/$session/root" "${@:2}"
}

run_promises "$@"
