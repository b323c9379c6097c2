# shellcheck shell=bash
#
# For tests that break something: who is refused, who gets in all the same, and
# that nothing is left behind. A promise that edits a file of the host or starts
# something that must not outlive it says so by `finally`.
#
# shellcheck source=world.sh
. "$(dirname "$0")/../lib/world.sh"

finally_commands=()

# Runs COMMAND when the promise ends, the newest first.
finally() { # COMMAND...
	finally_commands+=("$(printf '%q ' "$@")")
	trap end_promise EXIT
}

end_promise() {
	local i
	set +e
	end_background
	for ((i = ${#finally_commands[@]} - 1; i >= 0; i--)); do
		eval "${finally_commands[i]}"
	done
}

# The file is as it was when the promise ends.
keep() { # FILE
	local copy
	copy=$(mktemp -d "$scratch/kept.XXXX")
	cp -a "$1" "$copy/file"
	finally put_back "$1" "$copy/file"
}

put_back() { # FILE COPY
	rm -rf "$1"
	cp -a "$2" "$1"
}

# Everything of the host that a login touches, one item a line.
host_state() {
	local pid
	awk '{ sub(/[0-9]+/, "N", $4); print "mount", $3, $4, $5 }' /proc/self/mountinfo | sort
	find /proc/[0-9]*/ns -type l -printf 'namespace %l\n' 2>/dev/null |
		grep : | sort -u # a process that is just dying has nameless ones
	find /sys/fs/cgroup -path '*/pam_jail/*' -type d -printf 'cgroup %p\n' | sort
	find /run/pam_jail -printf 'state %p\n' | sort
	find /dev/shm /tmp -uid +2000 -printf 'file %p\n' | sort
	for pid in $(supervisors); do echo "supervisor $pid"; done
	pid=$(cat /run/sshd.pid)
	find "/proc/$pid/fd" -type l -printf 'descriptor of sshd %f\n' | sort
}

supervisors() {
	pgrep -f '^jail-supervisor [0-9]' || true
}

supervisor_of() { # USER
	pgrep -o -f "^jail-supervisor $(id -u "$1") "
}

end_jails_of() { # USER
	kill -9 "$(supervisor_of "$1")"
}

# Before the fault: after one good login of each, for the first ever makes the
# stub, and a user's first makes the cgroup that carries the plan.
baseline() { # USER...
	local user
	for user; do
		as "$user" true
	done
	wait_for no_supervisor
	host_state >"$scratch/baseline"
}

no_supervisor() {
	[ -z "$(supervisors)" ]
}

is_at_baseline() {
	host_state >"$scratch/now"
	cmp -s "$scratch/baseline" "$scratch/now"
}

back_to_baseline() {
	local tries
	for ((tries = 0; tries < 200; tries++)); do
		! is_at_baseline || return 0
		sleep 0.05
	done
	diff "$scratch/baseline" "$scratch/now" || fail "something is left after 10 s"
}

# The fault itself is part of what must be there afterwards.
baseline_now() {
	host_state >"$scratch/baseline"
}

# The login is denied with this in the log, ssh -N is disconnected, and nothing
# is left; admin, who is exempt on the PAM line, gets in. $via has options of ssh.
via=()

is_refused() { # USER LOG_PATTERN
	mark_log
	status_is 255 as "$1" true "${via[@]}"
	wait_for logged "refused.* $1 .*$2"
	status_is 255 timeout 60 ssh -o BatchMode=yes -N "${via[@]}" "$1@world"
	is "$(as admin 'id -un' "${via[@]}")" admin
	back_to_baseline
}

# Refused in the session phase, after account said yes: sshd keeps such a
# connection, but it runs nothing and carries nothing (pam_jail(8)).
is_refused_a_session() { # USER LOG_PATTERN
	mark_log
	status_is 254 as "$1" true
	wait_for logged "refused.* $1 .*$2"
	is "$(as admin 'id -un')" admin
	back_to_baseline
}

# The customers' policy says more, while the promise lasts.
policy_with() { # WORDS
	wait_for no_supervisor
	keep /etc/jail.conf
	sed -i "/^policy \"customer\"/s|}\$|$1 }|" /etc/jail.conf
}

# pam_mkhomedir and pam_env look into the home too, and would hang first.
lonely_pam() {
	keep /etc/pam.d/sshd
	cat >/etc/pam.d/sshd <<-END
		auth required pam_permit.so
		account required pam_permit.so
		account required pam_jail.so exempt=root,admin
		session required pam_permit.so
		session required pam_jail.so exempt=root,admin
	END
}

# What alice's home is, while the promise lasts: COMMAND makes it.
home_is_refused() { # LOG_PATTERN COMMAND...
	local pattern=$1
	shift
	needs_jail
	lonely_pam
	baseline alice
	mv /home/alice /home/alice.saved
	finally restore_home
	"$@"
	is_refused_a_session alice "$pattern"
	is_jailed bob
}

restore_home() {
	rm -rf /home/alice
	mv /home/alice.saved /home/alice
}

# Jailed, whatever happened before: seen from inside.
is_jailed() { # USER
	[ "$(as "$1" 'readlink /proc/self/ns/mnt')" != "$(readlink /proc/1/ns/mnt)" ] ||
		fail "$1 is not jailed"
	[ "$(as "$1" 'grep ^Seccomp: /proc/self/status | tr -dc 0-9')" = 2 ] ||
		fail "$1 has no filter"
}

# Another sshd, started by WRAPPER, on a port of its own until the promise ends.
another_sshd() { # WRAPPER...
	background "$@" /usr/sbin/sshd -D -o Port=2299 -o PidFile=none
	via=(-p 2299)
	wait_for listens 2299
}

listens() { # PORT
	local entry
	printf -v entry ': 0100007F:%04X 00000000:0000 0A ' "$1"
	grep -q "$entry" /proc/net/tcp
}
